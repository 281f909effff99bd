from __future__ import annotations

from dataclasses import replace

import pytest

from django_schemaguard.core.kinds.invalid_index import InvalidIndex
from django_schemaguard.core.pairing import Matching, Undecided
from django_schemaguard.core.schema import ForeignKey, Index, Key, TableRef, Unique
from tests.core.kinds.builders import UNCOMPILED, Told, found, order, pairs_of

INDEX = Index("ref_idx", (Key("ref"),))
BROKEN = Index("ref_idx", (Key("ref"),), valid=False)
UNIQUE = Unique("uq", (Key("ref"),))
BROKEN_UNIQUE = Unique("uq", (Key("ref"),), valid=False)


@pytest.mark.parametrize(
    ("matching", "declared"),
    [
        pytest.param(Matching(same=((INDEX, BROKEN),)), True, id="same"),
        pytest.param(Matching(changed=((INDEX, BROKEN),)), True, id="changed"),
        pytest.param(
            Matching(undecided=(Undecided(INDEX, BROKEN, UNCOMPILED),)),
            True,
            id="undecided",
        ),
        pytest.param(Matching(extra=(BROKEN,)), False, id="extra"),
        pytest.param(Matching(duplicates=((BROKEN, INDEX),)), False, id="duplicate"),
    ],
)
def test_an_invalid_index_wherever_it_stands(matching, declared):
    assert found(InvalidIndex, pairs_of(order(indexes=matching))) == [
        Told(
            severity="warning",
            effect="queries on shop.Order may be slower",
            message="Index 'ref_idx' of 'shop_order' is invalid.",
            hint=(
                "Run REINDEX INDEX CONCURRENTLY on it."
                if declared
                else "Drop it; a failed build left it behind."
            ),
            object="ref_idx",
            expected="valid" if declared else None,
            actual="invalid",
            fixable=declared,
        )
    ]


@pytest.mark.parametrize(
    ("matching", "effect", "hint", "expected"),
    [
        pytest.param(
            Matching(same=((UNIQUE, BROKEN_UNIQUE),)),
            "the database accepts rows that shop.Order forbids",
            "Run REINDEX INDEX CONCURRENTLY on it.",
            "valid",
            id="declared",
        ),
        pytest.param(
            Matching(extra=(BROKEN_UNIQUE,)),
            "the database rejects rows that shop.Order allows",
            "Drop it; a failed build left it behind.",
            None,
            id="extra",
        ),
    ],
)
def test_an_invalid_unique_index_is_an_error(matching, effect, hint, expected):
    assert found(InvalidIndex, pairs_of(order(uniques=matching))) == [
        Told(
            severity="error",
            effect=effect,
            message="Unique index 'uq' of 'shop_order' is invalid.",
            hint=hint,
            object="uq",
            expected=expected,
            actual="invalid",
            fixable=expected is not None,
        )
    ]


IGNORED = Index("ref_idx", (Key("ref"),), ignored=True)
IGNORED_UNIQUE = Unique("uq", (Key("ref"),), ignored=True)


def test_an_ignored_index():
    pair = order(indexes=Matching(same=((INDEX, IGNORED),)))

    assert found(InvalidIndex, pairs_of(pair)) == [
        Told(
            severity="warning",
            effect="queries on shop.Order may be slower",
            message="Index 'ref_idx' of 'shop_order' is ignored by queries.",
            hint="Run ALTER TABLE shop_order ALTER INDEX ref_idx NOT IGNORED.",
            object="ref_idx",
            expected="used",
            actual="ignored",
            fixable=True,
        )
    ]


def test_an_ignored_unique_index_still_holds():
    pair = order(uniques=Matching(same=((UNIQUE, IGNORED_UNIQUE),)))

    (told,) = found(InvalidIndex, pairs_of(pair))

    assert isinstance(told, Told)
    assert (told.severity, told.effect) == (
        "warning",
        "queries on shop.Order may be slower",
    )
    assert told.message == "Unique index 'uq' of 'shop_order' is ignored by queries."


def test_an_ignored_index_that_nobody_declares_is_silent():
    pair = order(
        indexes=Matching(extra=(IGNORED,)), uniques=Matching(extra=(IGNORED_UNIQUE,))
    )

    assert found(InvalidIndex, pairs_of(pair)) == []


@pytest.mark.parametrize(
    ("columns", "implied", "count"),
    [
        pytest.param(("ref",), True, 1, id="of-the-model"),
        pytest.param(("other",), True, 0, id="of-another-key"),
        pytest.param(("ref",), False, 0, id="of-nobody"),
    ],
)
def test_an_ignored_index_of_a_foreign_key(columns, implied, count):
    key = ForeignKey("fk", columns, TableRef(None, "shop_item"), ("id",))
    index = replace(IGNORED, implied=implied)
    pair = order(expected={"foreign_keys": (key,)}, actual={"indexes": (index,)})

    assert len(found(InvalidIndex, pairs_of(pair))) == count


def test_valid_indexes_are_silent():
    pair = order(
        indexes=Matching(same=((INDEX, INDEX),), extra=(INDEX,)),
        uniques=Matching(same=((UNIQUE, UNIQUE),)),
    )

    assert found(InvalidIndex, pairs_of(pair)) == []
