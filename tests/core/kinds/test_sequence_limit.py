from __future__ import annotations

import pytest

from django_schemaguard.core.kinds.sequence_limit import SequenceLimit
from django_schemaguard.core.schema import Column, Identity, Numbering
from tests.core.kinds.builders import Told, column_pair, found


def numbered(numbering: Numbering):
    column = Column("id", "integer", False, identity=Identity.SERIAL, field="id")
    return column_pair(column, column, actual={"numbering": (numbering,)})


@pytest.mark.parametrize(
    ("number", "share"),
    [
        pytest.param(801, 80, id="just-so"),
        pytest.param(950, 94, id="more"),
        pytest.param(1001, 100, id="used-up"),
    ],
)
def test_most_numbers_are_used(number, share):
    pairs = numbered(Numbering("id", "s", next=number, limit=1000))

    assert found(SequenceLimit, pairs) == [
        Told(
            severity="warning",
            effect="every INSERT into shop.Order fails once the numbers are used up",
            message=f"Column 'shop_order.id' has used {share} % of its numbers.",
            hint="Raise the maximum of its sequence.",
            object="id",
            field="id",
            expected="at most 1000",
            actual=str(number - 1),
        )
    ]


def test_what_uses_up_its_type_wants_a_wider_one():
    numbering = Numbering("id", "s", next=2**31, limit=2**31 - 1)

    (told,) = found(SequenceLimit, numbered(numbering))
    assert isinstance(told, Told)
    assert told.hint == "Change the field to BigAutoField and migrate."


def test_what_is_as_wide_as_can_be_wants_a_higher_maximum_only():
    column = Column("id", "bigint", False, identity=Identity.BY_DEFAULT, field="id")
    numbering = Numbering("id", "s", next=950, limit=1000)

    (told,) = found(
        SequenceLimit, column_pair(column, column, actual={"numbering": (numbering,)})
    )
    assert isinstance(told, Told)
    assert told.hint == "Raise the maximum of its sequence."


@pytest.mark.parametrize(
    "numbering",
    [
        pytest.param(Numbering("id", "s", next=800, limit=1000), id="below"),
        pytest.param(Numbering("id", "s", next=1000), id="limit-unknown"),
        pytest.param(Numbering("id", "s", limit=1000), id="not-read"),
    ],
)
def test_silent(numbering):
    assert found(SequenceLimit, numbered(numbering)) == []
