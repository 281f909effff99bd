from __future__ import annotations

from dataclasses import replace

import pytest

from django_schemaguard.core.kinds.index_definition import IndexDefinition
from django_schemaguard.core.pairing import Matching, Undecided
from django_schemaguard.core.schema import Index, Key, Skip
from tests.core.kinds.builders import UNCOMPILED, Told, found, order, pairs_of, sql

ASCENDING = Index("ref_idx", (Key("ref"),), named=True)
DESCENDING = Index("ref_idx", (Key("ref", descending=True),))


def test_another_order():
    pairs = pairs_of(order(indexes=Matching(changed=((ASCENDING, DESCENDING),))))

    assert found(IndexDefinition, pairs) == [
        Told(
            severity="warning",
            effect="queries on shop.Order may be slower",
            message=(
                "Index 'ref_idx' of 'shop_order' is INDEX USING btree (ref DESC);"
                " the model needs INDEX USING btree (ref)."
            ),
            hint=(
                "Replace it as its migration made it, or change the model and migrate."
            ),
            object="ref_idx",
            expected="INDEX USING btree (ref)",
            actual="INDEX USING btree (ref DESC)",
        )
    ]


@pytest.mark.parametrize(
    ("wanted", "there", "told"),
    [
        pytest.param(
            "status = 'paid' AND country = 'CH' AND total > 10",
            "status = 'paid' AND country = 'CH' AND total > 20",
            "is … AND total > 20; the model needs … AND total > 10.",
            id="its-end",
        ),
        pytest.param(
            "status = 'paid' AND total > 10 AND country = 'CH'",
            "status = 'open' AND total > 10 AND country = 'CH'",
            "is … WHERE status = 'open' AND …;"
            " the model needs … WHERE status = 'paid' AND ….",
            id="its-middle",
        ),
        pytest.param(
            "status = 'paid' AND country = 'CH' AND country = 'CH'",
            "status = 'paid' AND country = 'CH'",
            "is … country = 'CH'; the model needs … country = 'CH' AND country = 'CH'.",
            id="a-part-twice",
        ),
    ],
)
def test_of_a_long_predicate_the_part_that_differs_is_told(wanted, there, told):
    expected, actual = (
        replace(ASCENDING, condition=sql(text)) for text in (wanted, there)
    )
    pairs = pairs_of(order(indexes=Matching(changed=((expected, actual),))))

    (finding,) = IndexDefinition.detect(pairs)

    assert isinstance(finding, IndexDefinition)
    assert finding.message == f"Index 'ref_idx' of 'shop_order' {told}"


def test_an_index_that_cannot_be_compared_is_skipped():
    index = Index("f_idx", (Key(expression=sql("f(ref)")),))
    pair = order(indexes=Matching(undecided=(Undecided(index, index, UNCOMPILED),)))

    assert found(IndexDefinition, pairs_of(pair)) == [
        Skip(
            "shop_order",
            "f_idx",
            "Cannot compare index 'f_idx': the server could not compile it.",
        )
    ]


def test_an_equal_index_is_silent():
    pair = order(indexes=Matching(same=((ASCENDING, ASCENDING),)))

    assert found(IndexDefinition, pairs_of(pair)) == []


def test_storage_parameters_alone_are_info():
    expected = Index("ix", (Key("ref"),), named=True)
    key = Key("ref", default_opclass="text_ops")
    actual = Index("ix", (key,), options=("fillfactor=70",))
    pairs = pairs_of(order(indexes=Matching(changed=((expected, actual),))))

    (tuned,) = found(IndexDefinition, pairs)
    assert isinstance(tuned, Told)
    assert (tuned.severity, tuned.effect) == ("info", "nothing at run time")
