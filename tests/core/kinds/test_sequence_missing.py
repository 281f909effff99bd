from __future__ import annotations

import pytest

from django_schemaguard.core.kinds.sequence_missing import SequenceMissing
from django_schemaguard.core.schema import (
    Column,
    Facet,
    Identity,
    Numbering,
    RelationKind,
    Skip,
)
from tests.core.kinds.builders import Told, column_pair, found


def key(identity=Identity.BY_DEFAULT, **rest):
    return Column("id", "bigint", False, identity=identity, field="id", **rest)


def numbered(*numbering: Numbering):
    return {"actual": {"numbering": numbering}}


def test_an_identity_without_its_sequence():
    assert found(SequenceMissing, column_pair(key(), key())) == [
        Told(
            severity="error",
            effect="every INSERT into shop.Order fails",
            message="Column 'shop_order.id' has no sequence to number its rows.",
            hint="Drop the identity and add it anew, above the highest number in use.",
            object="id",
            field="id",
            expected="a sequence of its own",
        )
    ]


def test_a_sequence_of_nobody():
    rest = numbered(Numbering("id", "numbers", owned=False))

    assert found(SequenceMissing, column_pair(key(), key(Identity.SERIAL), **rest)) == [
        Told(
            severity="warning",
            effect="some operations on shop.Order behave differently",
            message="Column 'shop_order.id' does not own its sequence 'numbers'.",
            hint="Run ALTER SEQUENCE ... OWNED BY, if no other table uses it.",
            object="id",
            field="id",
            expected="a sequence of its own",
            actual="numbers",
            fixable=True,
        )
    ]


def test_a_sequence_that_the_default_names_by_text_is_skipped():
    pairs = column_pair(key(), key(Identity.SERIAL))

    assert found(SequenceMissing, pairs) == [
        Skip(
            "shop_order",
            "id",
            "Cannot compare the sequence of 'shop_order.id':"
            " its default names it by a text.",
        )
    ]


@pytest.mark.parametrize(
    ("expected", "actual", "rest"),
    [
        pytest.param(key(), key(), numbered(Numbering("id", "s")), id="its-own"),
        pytest.param(
            key(), key(Identity.SERIAL), numbered(Numbering("id", "s")), id="serial"
        ),
        pytest.param(key(), key(None), {}, id="not-numbered-at-all"),
        pytest.param(
            key(None),
            key(Identity.SERIAL),
            numbered(Numbering("id", "s", owned=False)),
            id="sequence-that-the-model-names-itself",
        ),
        pytest.param(
            key(Identity.AUTOINCREMENT),
            key(Identity.AUTOINCREMENT),
            {},
            id="counter-of-the-server",
        ),
        pytest.param(key(), key(), {"kind": RelationKind.VIEW}, id="view"),
        pytest.param(key(stated=frozenset({Facet.TYPES})), key(), {}, id="not-stated"),
    ],
)
def test_silent(expected, actual, rest):
    assert found(SequenceMissing, column_pair(expected, actual, **rest)) == []
