from __future__ import annotations

from django_schemaguard.core.kinds.write_hook import WriteHook
from django_schemaguard.core.schema import Hook, RelationKind
from tests.core.kinds.builders import Told, found, order, pairs_of

HINT = "Drop it if nothing needs it, or waive it in SCHEMAGUARD['IGNORE']."
AUDIT = Hook("audit", "trigger", "AFTER", ("INSERT", "UPDATE"))
DIVERT = Hook("divert", "rule", "INSTEAD OF", ("DELETE",))


def test_each_trigger_and_rule_is_an_info():
    pairs = pairs_of(order(actual={"hooks": (AUDIT, DIVERT)}))

    assert found(WriteHook, pairs) == [
        Told(
            severity="info",
            effect="some operations on shop.Order behave differently",
            message="Trigger 'audit' runs on 'shop_order': AFTER INSERT OR UPDATE.",
            hint=HINT,
            object="audit",
            actual="AFTER INSERT OR UPDATE",
        ),
        Told(
            severity="info",
            effect="some operations on shop.Order behave differently",
            message="Rule 'divert' runs on 'shop_order': INSTEAD OF DELETE.",
            hint=HINT,
            object="divert",
            actual="INSTEAD OF DELETE",
        ),
    ]


def test_silent_on_a_view_in_the_table_s_place():
    pair = order(actual={"hooks": (AUDIT,)}, kind=RelationKind.VIEW)

    assert found(WriteHook, pairs_of(pair)) == []


def test_silent_without_any():
    assert found(WriteHook, pairs_of(order())) == []
