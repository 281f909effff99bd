from __future__ import annotations

from dataclasses import replace

from django_schemaguard.core.history import History
from django_schemaguard.core.kinds.migration_table_missing import MigrationTableMissing
from django_schemaguard.core.pairing import TablePair
from django_schemaguard.core.schema import Table
from tests.core.kinds.builders import Told, found, order, pairs_of

RECORD = TablePair(Table("django_migrations"), Table("django_migrations"))
NEW = History(migrated=True, pending=("shop.0001", "shop.0002"))


def test_a_lost_record_is_an_error():
    assert found(MigrationTableMissing, pairs_of(order(), history=NEW)) == [
        Told(
            severity="error",
            effect="'migrate' tries to make every table again, and fails",
            message=(
                "Table 'django_migrations' is missing,"
                " while tables of the project stand."
            ),
            hint=(
                "Restore it, or record what is applied with 'manage.py migrate --fake'."
            ),
            expected="the record of applied migrations",
        )
    ]


def test_an_empty_database_is_a_warning():
    assert found(MigrationTableMissing, pairs_of(history=NEW)) == [
        Told(
            severity="warning",
            effect="every query fails",
            message="No table of the project is there; 2 migrations to be applied.",
            hint=("Check that it is the right database, then run 'manage.py migrate'."),
            expected="the record of applied migrations",
        )
    ]


def test_a_record_is_silent():
    told = replace(NEW, applied=("shop.0000",))
    assert found(MigrationTableMissing, pairs_of(RECORD, history=told)) == []


def test_a_project_without_migrations_is_silent():
    assert found(MigrationTableMissing, pairs_of(order(), history=History())) == []


def test_the_journal_is_no_table_of_the_project():
    run = TablePair(
        Table("schemaguard_run", model="schemaguard.Run"), Table("schemaguard_run")
    )
    told = "No table of the project is there; 2 migrations to be applied."
    own = replace(NEW, applied=("schemaguard.0001",))

    for history in (own, NEW):
        (found_,) = found(MigrationTableMissing, pairs_of(RECORD, run, history=history))
        assert isinstance(found_, Told)
        assert (found_.message, found_.effect) == (told, "every query fails")
    (found_,) = found(
        MigrationTableMissing, pairs_of(RECORD, run, order(), history=own)
    )
    assert isinstance(found_, Told)
    assert found_.message == (
        "Table 'django_migrations' tells of no migration of the project,"
        " while tables of the project stand."
    )
