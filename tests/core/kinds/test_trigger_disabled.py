from __future__ import annotations

from dataclasses import replace

import pytest

from django_schemaguard.core.kinds.trigger_disabled import TriggerDisabled
from django_schemaguard.core.pairing import Matching
from django_schemaguard.core.schema import Check, ForeignKey, TableRef
from tests.core.kinds.builders import Told, found, order, pairs_of, sql


def check(**rest):
    return Check("positive", sql("total > 0"), **rest)


def foreign_key(**rest):
    return ForeignKey("fk", ("c",), TableRef(None, "shop_customer"), ("id",), **rest)


ENABLE = (
    'Once no row breaks it, run: ALTER TABLE "shop_order" ENABLE TRIGGER ALL;'
    ' ALTER TABLE "shop_customer" ENABLE TRIGGER ALL;'
)
ENFORCE = "Set the constraint to be enforced, once no row breaks it."


@pytest.mark.parametrize(
    ("having", "expected", "actual", "subject", "state", "hint"),
    [
        pytest.param(
            "foreign_keys",
            foreign_key(),
            foreign_key(triggers_enabled=False),
            "Foreign key 'fk'",
            "switched off",
            ENABLE,
            id="triggers-off",
        ),
        pytest.param(
            "foreign_keys",
            foreign_key(),
            foreign_key(enforced=False),
            "Foreign key 'fk'",
            "not enforced",
            ENFORCE,
            id="foreign-key-not-enforced",
        ),
        pytest.param(
            "checks",
            check(),
            check(enforced=False),
            "Check constraint 'positive'",
            "not enforced",
            ENFORCE,
            id="check-not-enforced",
        ),
    ],
)
def test_a_constraint_that_is_off(having, expected, actual, subject, state, hint):
    pairs = pairs_of(order(**{having: Matching(changed=((expected, actual),))}))

    assert found(TriggerDisabled, pairs) == [
        Told(
            severity="error",
            effect="the database accepts rows that shop.Order forbids",
            message=f"{subject} of 'shop_order' is {state}.",
            hint=hint,
            object=actual.name,
            expected="enforced",
            actual=state,
        )
    ]


@pytest.mark.parametrize(
    ("having", "expected", "actual"),
    [
        pytest.param("foreign_keys", foreign_key(), foreign_key(), id="on"),
        pytest.param("checks", check(), check(validated=False), id="not-validated"),
        pytest.param(
            "checks", check(enforced=False), check(enforced=False), id="meant-to-be-so"
        ),
    ],
)
def test_silent(having, expected, actual):
    pair = order(**{having: Matching(same=((expected, actual),))})

    assert found(TriggerDisabled, pairs_of(pair)) == []


def test_a_table_that_refers_to_itself_is_named_once():
    key = replace(
        foreign_key(triggers_enabled=False), target=TableRef(None, "shop_order")
    )
    pair = order(foreign_keys=Matching(changed=((foreign_key(), key),)))

    (told,) = found(TriggerDisabled, pairs_of(pair))
    assert isinstance(told, Told)
    once = 'Once no row breaks it, run: ALTER TABLE "shop_order" ENABLE TRIGGER ALL;'
    assert told.hint == once


def test_a_table_of_a_schema_in_the_path_that_refers_to_itself_is_named_once():
    ref = TableRef("tenant", 'a"b')
    key = replace(foreign_key(triggers_enabled=False), target=TableRef(None, 'a"b'))

    assert TriggerDisabled(ref, key).hint == (
        'Once no row breaks it, run: ALTER TABLE "tenant"."a""b" ENABLE TRIGGER ALL;'
    )
