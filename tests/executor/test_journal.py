from __future__ import annotations

import json
import logging
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import override_settings

from django_schemaguard.exceptions import JournalUnwritable
from django_schemaguard.executor.deadline import Deadline
from django_schemaguard.executor.journal import Journal
from django_schemaguard.executor.lock import run_lock
from django_schemaguard.models import Run, SchemaVersion, Step
from tests.executor.conftest import only, run

TABLES = {"schemaguard_run", "schemaguard_step", "schemaguard_schemaversion"}


class Nowhere:
    """A router that lets no model into any database."""

    def allow_migrate(self, *place: str, **hints: Any) -> bool:  # noqa: ARG002
        return False


@contextmanager
def journal(connection: BaseDatabaseWrapper):
    with run_lock(connection, Deadline(2)) as lock:
        yield Journal(connection, lock)


def tables(connection: BaseDatabaseWrapper) -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.table_names(cursor))


def recorded(connection: BaseDatabaseWrapper) -> set[tuple[str, str]]:
    return set(MigrationRecorder(connection).applied_migrations())


def test_tables_are_made_once_and_recorded(private: BaseDatabaseWrapper) -> None:
    with journal(private) as it:
        assert it.ensure()
        assert not it.ensure()
    assert tables(private) == TABLES | {"django_migrations"}
    assert recorded(private) == {("schemaguard", "0001_initial")}


@override_settings(DATABASE_ROUTERS=[f"{__name__}.Nowhere"])
def test_tables_are_made_where_a_router_says_no(private: BaseDatabaseWrapper) -> None:
    with journal(private) as it:
        assert it.ensure()
    assert tables(private) == TABLES
    assert recorded(private) == set()


def test_one_absent_table_is_made_alone(private: BaseDatabaseWrapper) -> None:
    with journal(private) as it:
        it.ensure()
        run(private, "DROP TABLE schemaguard_schemaversion")
        assert it.ensure()
    assert tables(private) == TABLES | {"django_migrations"}


def test_run_with_its_steps(private: BaseDatabaseWrapper) -> None:
    with journal(private) as it:
        it.ensure()
        words = ["auto_fix", "postgres://me:secret@host/db"]
        entry = it.start("auto_fix", words, plan_hash="sha256:1")
        step = Step(kind="add_column", statements=["ALTER TABLE a ADD b int"])
        it.enter(entry, step, Step.Status.INTENT)
        it.settle(step, Step.Status.DONE)
        it.enter(entry, Step(kind="add_index"), Step.Status.FAILED)
        it.finish(entry, Run.Status.DONE, schema_after="sha256:2")
        it.version(entry, "sha256:2")
        it.version(entry, "sha256:2")

    (found,) = Run.objects.using("private")
    assert found.arguments == ["auto_fix", "postgres://me:***@host/db"]
    assert (found.status, found.alias, found.schema_after) == (
        "done",
        "private",
        "sha256:2",
    )
    assert found.lock["kind"] == ("file" if private.vendor == "sqlite" else "session")
    assert found.applied_before == ["schemaguard.0001_initial"]
    steps = found.steps.using("private")
    assert [(s.position, s.status) for s in steps] == [(1, "done"), (2, "failed")]
    assert SchemaVersion.objects.using("private").count() == 1


def test_unfinished_run_is_found(private: BaseDatabaseWrapper) -> None:
    with journal(private) as it:
        it.ensure()
        first = it.start("auto_fix")
        second = it.start("migrate")
        it.finish(it.start("auto_fix"), Run.Status.DONE)
        assert it.unfinished() == (first, second)


def test_steps_of_lost_runs_are_nobodys(private: BaseDatabaseWrapper) -> None:
    with journal(private) as it:
        it.ensure()
        for _ in range(3):
            lost = it.start("auto_fix")
        it.enter(lost, Step(kind="add_column"), Step.Status.DONE)
        if private.vendor == "mysql":
            run(private, "SET FOREIGN_KEY_CHECKS = 0")
        elif private.vendor == "sqlite":
            run(private, "PRAGMA foreign_keys = OFF")
        cascade = " CASCADE" if private.vendor == "postgresql" else ""
        run(private, f"DROP TABLE schemaguard_run{cascade}")
        if private.vendor == "mysql":
            run(private, "SET FOREIGN_KEY_CHECKS = 1")
        assert it.ensure()
        assert it.start("auto_fix").pk == lost.pk + 1
        entry = it.runs.get(pk=lost.pk)
        assert (entry.command, entry.status) == ("lost", "interrupted")
        assert [step.pk for step in entry.steps.all()] == [step.pk for step in it.steps]
    for table in ("schemaguard_step", "schemaguard_schemaversion"):
        with private.cursor() as cursor:
            found = private.introspection.get_constraints(cursor, table).values()
        assert ["run_id"] in [each["columns"] for each in found if each["foreign_key"]]


def test_unwritable_journal_is_one_line(private: BaseDatabaseWrapper) -> None:
    with journal(private) as it:
        it.ensure()
        run(private, "ALTER TABLE schemaguard_run RENAME TO elsewhere")
        with pytest.raises(JournalUnwritable) as caught:
            it.start("auto_fix")
    assert str(caught.value).startswith("The journal cannot be written: ")
    assert caught.value.exit_code == 2


def test_a_journal_that_lacks_a_column_is_told_before_anything_is_done(
    private: BaseDatabaseWrapper,
) -> None:
    with journal(private) as it:
        it.ensure()
        run(
            private,
            "ALTER TABLE schemaguard_schemaversion DROP COLUMN django_version",
        )
        with pytest.raises(JournalUnwritable) as caught:
            it.ensure()
    assert "django_version" in str(caught.value)
    assert "mend by hand what 'manage.py schemaguard validate' tells" in (
        caught.value.hint
    )


def test_audit_lines(
    private: BaseDatabaseWrapper, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "django_schemaguard.audit")
    with journal(private) as it:
        it.ensure()
        entry = it.start("auto_fix")
        step = Step(kind="add_column", object_table='it\'s "odd"\n', error={"a": "b"})
        it.enter(entry, step, Step.Status.FAILED)
        it.finish(entry, Run.Status.FAILED_CLEAN, error={"message": "no"})

    records = [r for r in caplog.records if r.name == "django_schemaguard.audit"]
    lines = [json.loads(record.getMessage()) for record in records]
    assert all("\n" not in record.getMessage() for record in records)
    assert [(line["event"], line["status"]) for line in lines] == [
        ("run_started", "running"),
        ("step", "failed"),
        ("run_finished", "failed_clean"),
    ]
    assert lines[1]["table"] == 'it\'s "odd"\n'
    assert {line["run"] for line in lines} == {entry.pk}


@only("sqlite", "postgresql")
def test_what_is_rolled_back_is_not_logged(
    private: BaseDatabaseWrapper, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "django_schemaguard.audit")
    with journal(private) as it:
        it.ensure()
        entry = it.start("auto_fix")
        caplog.clear()
        with transaction.atomic(using="private"):
            it.enter(entry, Step(kind="add_column"), Step.Status.DONE)
            transaction.set_rollback(True, using="private")
        assert caplog.records == []
        assert it.steps.count() == 0
