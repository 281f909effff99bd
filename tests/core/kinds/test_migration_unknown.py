from __future__ import annotations

from django_schemaguard.core.history import History
from django_schemaguard.core.kinds.migration_unknown import MigrationUnknown
from tests.core.kinds.builders import Told, found, pairs_of


def test_a_migration_of_another_release_is_a_warning():
    history = History(migrated=True, unknown=("shop.0009_tomorrow",))

    assert found(MigrationUnknown, pairs_of(history=history)) == [
        Told(
            severity="warning",
            effect="the database may hold what this code does not know",
            message=(
                "Migration 'shop.0009_tomorrow' is recorded as applied and not on disk."
            ),
            hint="Deploy the code that has it, or migrate back with that code.",
            object="shop.0009_tomorrow",
            actual="applied",
        )
    ]


def test_what_a_squash_left_is_info_once_for_each_app():
    history = History(superseded=("crm.0001", "shop.0001", "shop.0002"))

    assert found(MigrationUnknown, pairs_of(history=history)) == [
        Told(
            severity="info",
            effect="nothing at run time",
            message="1 record of 'crm' names a migration that is no longer on disk.",
            hint="Run 'manage.py migrate crm --prune' to forget it.",
            object="crm",
            actual="applied",
        ),
        Told(
            severity="info",
            effect="nothing at run time",
            message="2 records of 'shop' name migrations that are no longer on disk.",
            hint="Run 'manage.py migrate shop --prune' to forget them.",
            object="shop",
            actual="applied",
        ),
    ]


def test_known_migrations_are_silent():
    assert found(MigrationUnknown, pairs_of(history=History(applied=("a.1",)))) == []
