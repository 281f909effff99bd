from __future__ import annotations

import pytest

from django_schemaguard.core.kinds.index_name import IndexName
from django_schemaguard.core.pairing import Matching, Pairs
from django_schemaguard.core.schema import (
    Check,
    Exclusion,
    ForeignKey,
    Index,
    Key,
    Schema,
    TableRef,
    Traits,
    Unique,
)
from tests.core.kinds.builders import Told, found, order, pairs_of, sql

KEYS = (Key("ref"),)


@pytest.mark.parametrize(
    ("having", "expected", "actual", "label"),
    [
        pytest.param(
            "indexes",
            Index("wanted", KEYS, named=True),
            Index("there", KEYS),
            "Index",
            id="index",
        ),
        pytest.param(
            "uniques",
            Unique("wanted", KEYS, named=True),
            Unique("there", KEYS),
            "Unique constraint",
            id="unique",
        ),
        pytest.param(
            "checks",
            Check("wanted", sql("n > 0"), named=True),
            Check("there", sql("n > 0")),
            "Check constraint",
            id="check",
        ),
        pytest.param(
            "exclusions",
            Exclusion("wanted", KEYS),
            Exclusion("there", KEYS),
            "Exclusion constraint",
            id="exclusion",
        ),
    ],
)
def test_another_name(having, expected, actual, label):
    pairs = pairs_of(order(**{having: Matching(same=((expected, actual),))}))

    assert found(IndexName, pairs) == [
        Told(
            severity="info",
            effect="nothing at run time",
            message=f"{label} 'wanted' of 'shop_order' is named 'there'.",
            hint="Rename it to 'wanted'.",
            object="wanted",
            expected="wanted",
            actual="there",
        )
    ]


def test_no_name_at_all():
    checks = (Check("wanted", sql("n > 0"), named=True), Check("", sql("n > 0")))
    pairs = pairs_of(order(checks=Matching(same=(checks,))))

    assert found(IndexName, pairs) == [
        Told(
            severity="info",
            effect="nothing at run time",
            message="Check constraint 'wanted' of 'shop_order' has no name.",
            hint="Rename it to 'wanted'.",
            object="wanted",
            expected="wanted",
        )
    ]


def test_a_name_that_django_made_up_is_silent():
    pair = order(indexes=Matching(same=((Index("a_1f2e", KEYS), Index("b", KEYS)),)))

    assert found(IndexName, pairs_of(pair)) == []


def test_a_foreign_key_of_another_name_is_silent():
    key = ForeignKey("a", ("c",), TableRef(None, "t"), ("id",))
    other = ForeignKey("b", ("c",), TableRef(None, "t"), ("id",))
    pair = order(foreign_keys=Matching(same=((key, other),)))

    assert found(IndexName, pairs_of(pair)) == []


def test_a_name_in_another_case_is_silent_where_the_server_folds_it():
    traits = Traits("mysql", folds_columns=True)
    same = ((Index("Ref_Idx", KEYS, named=True), Index("ref_idx", KEYS)),)
    pair = order(indexes=Matching(same=same))

    assert found(IndexName, Pairs(Schema(traits), Schema(traits), (pair,))) == []
