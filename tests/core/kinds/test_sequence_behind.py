from __future__ import annotations

import pytest

from django_schemaguard.core.kinds.sequence_behind import SequenceBehind
from django_schemaguard.core.schema import Column, Identity, Numbering
from tests.core.kinds.builders import Told, column_pair, found


def key(identity=Identity.BY_DEFAULT):
    return Column("id", "bigint", False, identity=identity, field="id")


def numbered(numbering: Numbering, expected=Identity.BY_DEFAULT):
    return column_pair(key(expected), key(), actual={"numbering": (numbering,)})


@pytest.mark.parametrize("number", [pytest.param(7, id="taken"), 3])
def test_a_number_that_is_not_above_the_highest(number):
    pairs = numbered(Numbering("id", "s", next=number, highest=7))

    assert found(SequenceBehind, pairs) == [
        Told(
            severity="error",
            effect="an INSERT into shop.Order fails where the number is taken",
            message="The sequence of 'shop_order.id' is behind:"
            f" next is {number}, the highest is 7.",
            hint="Run what 'manage.py sqlsequencereset shop' prints.",
            object="id",
            field="id",
            expected="above 7",
            actual=str(number),
            fixable=True,
        )
    ]


@pytest.mark.parametrize(
    "numbering",
    [
        pytest.param(Numbering("id", "s", next=8, highest=7), id="one-above"),
        pytest.param(Numbering("id", "s", next=1), id="empty-table"),
        pytest.param(Numbering("id", "s", highest=7), id="sequence-not-read"),
        pytest.param(Numbering("other", "s", next=1, highest=7), id="other-column"),
    ],
)
def test_silent(numbering):
    assert found(SequenceBehind, numbered(numbering)) == []


def test_a_column_that_the_model_numbers_itself_is_left_alone():
    behind = Numbering("id", "s", next=1, highest=7)

    assert found(SequenceBehind, numbered(behind, None)) == []
