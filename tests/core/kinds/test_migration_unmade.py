from __future__ import annotations

from django_schemaguard.core.history import History, Unmade
from django_schemaguard.core.kinds.migration_unmade import MigrationUnmade
from tests.core.kinds.builders import Told, found, pairs_of


def told(unmade: Unmade) -> list[object]:
    return found(MigrationUnmade, pairs_of(history=History(unmade=(unmade,))))


def test_a_changed_model_is_a_warning():
    assert told(Unmade("shop", ("Add field gift to order",))) == [
        Told(
            severity="warning",
            effect="code that needs it fails until then",
            message="App 'shop' needs a migration: add field gift to order.",
            hint="Run 'manage.py makemigrations shop'.",
            object="shop",
            expected="a migration for each change of the models",
        )
    ]


def test_many_operations_are_counted():
    unmade = Unmade("shop", tuple(f"Create model M{n}" for n in range(5)))

    assert [each.message for each in told(unmade)] == [
        "App 'shop' needs a migration: create model M0, create model M1,"
        " create model M2 and 2 more."
    ]


def test_changes_that_no_table_shows_are_info():
    unmade = Unmade("shop", ("Change Meta options on order",), touches_schema=False)

    assert [(it.severity, it.effect) for it in told(unmade)] == [
        ("info", "nothing at run time")
    ]


def test_changes_in_a_package_are_info():
    unmade = Unmade("polls", ("Alter field text on poll",), installed=True)

    assert [(it.severity, it.hint) for it in told(unmade)] == [
        ("info", "Tell the author of 'polls', or install a release that has it.")
    ]


def test_only_keys_of_a_package_are_settled_by_its_default_auto_field():
    unmade = Unmade(
        "polls", ("Alter field id on poll",), installed=True, keys_only=True
    )

    assert [it.hint for it in told(unmade)] == [
        "Set 'default_auto_field' of 'polls', or tell its author."
    ]


def test_models_that_have_their_migrations_are_silent():
    assert found(MigrationUnmade, pairs_of(history=History(migrated=True))) == []
