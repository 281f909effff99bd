from __future__ import annotations

from django_schemaguard.core.kinds.extra_index import ExtraIndex
from django_schemaguard.core.pairing import Matching
from django_schemaguard.core.schema import Index, Key
from tests.core.kinds.builders import Told, found, order, pairs_of

INDEX = Index("ref_idx", (Key("ref"),))


def test_an_extra_index():
    assert found(ExtraIndex, pairs_of(order(indexes=Matching(extra=(INDEX,))))) == [
        Told(
            severity="info",
            effect="nothing at run time",
            message=(
                "Index 'ref_idx' of 'shop_order' is not in the model:"
                " INDEX USING btree (ref)."
            ),
            hint="Drop it if nothing needs it, or waive it in SCHEMAGUARD['IGNORE'].",
            object="ref_idx",
            actual="INDEX USING btree (ref)",
        )
    ]


def test_a_failed_build_is_another_kind():
    broken = Index("ref_idx", (Key("ref"),), valid=False)

    assert found(ExtraIndex, pairs_of(order(indexes=Matching(extra=(broken,))))) == []


def test_an_expected_index_is_silent():
    pair = order(indexes=Matching(same=((INDEX, INDEX),)))

    assert found(ExtraIndex, pairs_of(pair)) == []
