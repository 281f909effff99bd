from __future__ import annotations

from django_schemaguard.core.kinds.extra_object import ExtraObject
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


def test_what_the_other_lacks_is_an_info():
    assert found(ExtraObject, pairs((MOOD,), (AUDIT, MOOD))) == [
        Told(
            severity="info",
            effect=EFFECT.format("shop_order"),
            message="Trigger 'audit' of 'shop_order' is not in the model.",
            hint="Drop it, or make it in the other database, too.",
            object="trigger audit",
            actual="CREATE TRIGGER audit",
        )
    ]


def test_silent_where_the_other_was_not_read():
    assert found(ExtraObject, pairs(None, (AUDIT, MOOD))) == []
