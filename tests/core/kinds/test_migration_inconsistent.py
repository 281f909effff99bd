from __future__ import annotations

from django_schemaguard.core.history import History
from django_schemaguard.core.kinds.migration_inconsistent import MigrationInconsistent
from tests.core.kinds.builders import Told, found, pairs_of


def test_a_migration_applied_before_its_dependency_is_an_error():
    history = History(early=(("shop.0002_paid", "crm.0003_clients"),))

    assert found(MigrationInconsistent, pairs_of(history=history)) == [
        Told(
            severity="error",
            effect="'manage.py migrate' refuses to run",
            message=(
                "Migration 'shop.0002_paid' is applied, and"
                " 'crm.0003_clients', which it needs, is not."
            ),
            hint="Insert its record by hand, once all that it makes is there.",
            object="shop.0002_paid",
            expected="crm.0003_clients applied",
        )
    ]


def test_two_last_migrations_are_an_error():
    history = History(conflicts=(("shop", ("0002_mine", "0002_yours")),))

    assert found(MigrationInconsistent, pairs_of(history=history)) == [
        Told(
            severity="error",
            effect="'manage.py migrate' refuses to run",
            message=(
                "App 'shop' has several last migrations: '0002_mine', '0002_yours'."
            ),
            hint="Run 'manage.py makemigrations --merge'.",
            object="shop",
            expected="one last migration",
            actual="0002_mine, 0002_yours",
        )
    ]


def test_a_consistent_history_is_silent():
    history = History(applied=("shop.0001",), pending=("shop.0002",))

    assert found(MigrationInconsistent, pairs_of(history=history)) == []
