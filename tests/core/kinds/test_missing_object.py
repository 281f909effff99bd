from __future__ import annotations

from django_schemaguard.core.kinds.missing_object import MissingObject
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


def test_what_only_the_other_has_is_a_warning():
    assert found(MissingObject, pairs((AUDIT, MOOD), ())) == [
        Told(
            severity="warning",
            effect=EFFECT.format("shop_order"),
            message="Trigger 'audit' of 'shop_order' is missing.",
            hint="Make it by a migration with RunSQL.",
            object="trigger audit",
            expected="CREATE TRIGGER audit",
        ),
        Told(
            severity="warning",
            effect=EFFECT.format("mood"),
            message="Enum type 'mood' is missing.",
            hint="Make it by a migration with RunSQL.",
            object="enum type mood",
            expected="'fine'",
        ),
    ]


def test_silent_where_both_have_it():
    assert found(MissingObject, pairs((AUDIT,), (AUDIT, MOOD))) == []


def test_silent_where_one_was_not_read():
    assert found(MissingObject, pairs((AUDIT,), None)) == []
    assert found(MissingObject, pairs(None, (AUDIT,))) == []
