from __future__ import annotations

from django_schemaguard.core.kinds.object_definition import ObjectDefinition
from django_schemaguard.core.pairing import Pairs
from django_schemaguard.core.schema import OtherObject, Schema, Traits
from tests.core.kinds.builders import Told, found

AUDIT = OtherObject("trigger", "audit", "CREATE TRIGGER audit", "shop_order")
MOOD = OtherObject("enum type", "mood", "'fine'")
EFFECT = "some operations on {} behave differently"


def pairs(
    expected: tuple[OtherObject, ...] | None, actual: tuple[OtherObject, ...] | None
) -> Pairs:
    traits = Traits("postgresql")
    return Pairs(Schema(traits, objects=expected), Schema(traits, objects=actual))


def test_short_definitions_are_told():
    sad = OtherObject("enum type", "mood", "'fine', 'sad'")

    assert found(ObjectDefinition, pairs((MOOD,), (sad,))) == [
        Told(
            severity="warning",
            effect=EFFECT.format("mood"),
            message="Enum type 'mood' is 'fine', 'sad'; the model needs 'fine'.",
            hint="Replace it by a migration with RunSQL.",
            object="enum type mood",
            expected="'fine'",
            actual="'fine', 'sad'",
        )
    ]


def test_long_ones_are_not():
    longer = OtherObject("trigger", "audit", "CREATE TRIGGER audit " * 5, "shop_order")

    (told,) = found(ObjectDefinition, pairs((AUDIT,), (longer,)))

    assert isinstance(told, Told)
    assert told.message == (
        "Trigger 'audit' of 'shop_order' is defined otherwise than in the model."
    )


def test_silent_where_both_are_alike_or_another():
    assert found(ObjectDefinition, pairs((AUDIT,), (AUDIT,))) == []
    assert found(ObjectDefinition, pairs((AUDIT,), (MOOD,))) == []
