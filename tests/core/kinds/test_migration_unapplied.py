from __future__ import annotations

from django_schemaguard.core.history import History
from django_schemaguard.core.kinds.migration_unapplied import MigrationUnapplied
from django_schemaguard.core.pairing import TablePair
from django_schemaguard.core.schema import Table
from tests.core.kinds.builders import Told, found, pairs_of

RECORD = TablePair(Table("django_migrations"), Table("django_migrations"))
WAITING = History(migrated=True, applied=("shop.0001",), pending=("shop.0002",))


def test_each_pending_migration_is_a_warning():
    assert found(MigrationUnapplied, pairs_of(RECORD, history=WAITING)) == [
        Told(
            severity="warning",
            effect="code that needs it fails until then",
            message="Migration 'shop.0002' is not applied.",
            hint="Run 'manage.py migrate'.",
            object="shop.0002",
            expected="applied",
        )
    ]


def test_a_database_without_the_record_is_told_of_that_only():
    assert found(MigrationUnapplied, pairs_of(history=WAITING)) == []


def test_nothing_pending_is_silent():
    done = History(migrated=True, applied=("shop.0001",))

    assert found(MigrationUnapplied, pairs_of(RECORD, history=done)) == []
