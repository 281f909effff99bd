from __future__ import annotations

from django_schemaguard.core.history import History
from django_schemaguard.core.kinds.migration_duplicate import MigrationDuplicate
from tests.core.kinds.builders import Told, found, pairs_of


def test_a_migration_recorded_twice_is_info():
    history = History(duplicates=("shop.0001",), applied=("shop.0001", "shop.0002"))

    assert found(MigrationDuplicate, pairs_of(history=history)) == [
        Told(
            severity="info",
            effect="nothing at run time",
            message="Migration 'shop.0001' is recorded more than once.",
            hint="Delete all but the oldest of its rows in 'django_migrations'.",
            object="shop.0001",
            actual="recorded more than once",
        )
    ]


def test_single_records_are_silent():
    history = History(applied=("shop.0001", "shop.0002"))

    assert found(MigrationDuplicate, pairs_of(history=history)) == []
