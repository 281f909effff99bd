from __future__ import annotations

from dataclasses import replace

from django_schemaguard.core.kinds.duplicate_index import DuplicateIndex
from django_schemaguard.core.pairing import Matching
from django_schemaguard.core.schema import Facet, Index, Key, Traits, Unique
from tests.core.kinds.builders import Told, found, order, pairs_of

INDEX = Index("ref_idx", (Key("ref"),))
COPY = Index("ref_idx_2", (Key("ref"),))


def test_a_duplicate_names_the_one_that_is_kept():
    unique = Unique("uq_2", (Key("ref"),))
    pair = order(
        indexes=Matching(duplicates=((COPY, INDEX),)),
        uniques=Matching(duplicates=((unique, Unique("uq", (Key("ref"),))),)),
    )

    assert found(DuplicateIndex, pairs_of(pair)) == [
        Told(
            severity="info",
            effect="nothing at run time",
            message="Index 'ref_idx_2' of 'shop_order' repeats 'ref_idx'.",
            hint="Drop 'ref_idx_2'; the model does not declare it.",
            object="ref_idx_2",
            actual="INDEX USING btree (ref)",
        ),
        Told(
            severity="info",
            effect="nothing at run time",
            message="Unique constraint 'uq_2' of 'shop_order' repeats 'uq'.",
            hint="Drop 'uq_2'; the model does not declare it.",
            object="uq_2",
            actual="UNIQUE (ref)",
        ),
    ]


def test_a_failed_build_is_another_kind():
    broken = Index("ref_idx_ccnew", (Key("ref"),), valid=False)
    pair = order(indexes=Matching(duplicates=((broken, INDEX),)))

    assert found(DuplicateIndex, pairs_of(pair)) == []


def test_indexes_whose_details_nobody_sees_are_silent():
    pairs = pairs_of(order(indexes=Matching(duplicates=((COPY, INDEX),))))
    traits = Traits("other", sees=frozenset(Facet) - {Facet.INDEX_DETAILS})
    actual = replace(pairs.actual, traits=traits)

    assert found(DuplicateIndex, replace(pairs, actual=actual)) == []


def test_two_expected_indexes_are_silent():
    pair = order(indexes=Matching(same=((INDEX, INDEX), (COPY, COPY))))

    assert found(DuplicateIndex, pairs_of(pair)) == []
