from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, TypeAlias

import pytest

from django_schemaguard.backends.base import Limits, Scope
from django_schemaguard.backends.postgresql import PostgreSQL
from django_schemaguard.backends.postgresql import catalog as catalog_module
from django_schemaguard.core.schema import Key, Table
from tests.backends.postgresql.asking import fetch, read_table, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

pytestmark = pytest.mark.vendors("postgresql")

BACKEND = PostgreSQL()
Locked: TypeAlias = "tuple[BaseDatabaseWrapper, BaseDatabaseWrapper, Table]"
TABLE = (
    "CREATE TABLE committed.t (a int PRIMARY KEY, b text DEFAULT 'x' UNIQUE,"
    " c int GENERATED ALWAYS AS (a + 1) STORED, CHECK (a > 0))"
)
SECONDS = 3
WAITING = (
    "SELECT count(*) FROM pg_locks JOIN pg_database ON oid = database"
    " WHERE NOT granted AND datname = current_database()"
)


@pytest.fixture
def locked(
    space: BaseDatabaseWrapper, other_session: BaseDatabaseWrapper
) -> Iterator[Locked]:
    """A table with an expression of every kind, under an exclusive lock."""
    run(
        other_session,
        TABLE,
        "CREATE INDEX i ON committed.t (lower(b)) WHERE a > 1",
        "CREATE TABLE committed.free (a int CHECK (a > 2))",
    )
    run(space, "SET LOCAL search_path TO committed")
    unlocked = read_table(space)
    run(other_session, "BEGIN", "LOCK TABLE committed.t IN ACCESS EXCLUSIVE MODE")
    yield space, other_session, unlocked
    run(other_session, "ROLLBACK")


def test_locked_table_is_read_without_its_expressions(locked: Locked) -> None:
    space, other_session, unlocked = locked
    pid = fetch(other_session, "SELECT pg_backend_pid()")
    sentence = (
        f"Session {pid} holds or awaits an exclusive lock on the table,"
        " so its expressions were not read."
    )
    started = time.monotonic()

    table = read_table(space)

    assert time.monotonic() - started < SECONDS
    assert table.locked == sentence
    assert table.columns[:2] == unlocked.columns[:2]
    assert table.primary_key == unlocked.primary_key
    assert table.uniques == unlocked.uniques
    assert table.columns[2].generated.problem == sentence
    assert table.checks[0].expression.problem == sentence
    assert table.indexes[0].condition.problem == sentence
    assert [key.expression.problem for key in table.indexes[0].keys] == [sentence]
    assert table.indexes[0].keys[0] == Key(
        expression=table.indexes[0].keys[0].expression, default_opclass="text_ops"
    )


def test_other_tables_are_read_as_ever(locked: Locked) -> None:
    space, _, unlocked = locked

    assert unlocked.locked is None
    table = read_table(space, "free")
    assert (table.locked, table.checks[0].expression.sql) == (None, "(a > 2)")


def test_locked_table_without_expressions_is_read_in_full(
    space: BaseDatabaseWrapper, other_session: BaseDatabaseWrapper
) -> None:
    run(other_session, "CREATE TABLE committed.plain (a int DEFAULT 3)")
    run(space, "SET LOCAL search_path TO committed")
    unlocked = read_table(space, "plain")
    run(other_session, "BEGIN", "LOCK TABLE committed.plain IN ACCESS EXCLUSIVE MODE")

    assert read_table(space, "plain") == unlocked
    run(other_session, "ROLLBACK")


def test_lock_that_another_session_waits_for_hides_the_expressions(
    space: BaseDatabaseWrapper, other_session: BaseDatabaseWrapper
) -> None:
    run(other_session, TABLE)
    reader = other_session.copy()
    run(reader, "BEGIN", "LOCK TABLE committed.t IN ACCESS SHARE MODE")
    run(space, "SET LOCAL search_path TO committed")

    def wait() -> None:
        run(other_session, "BEGIN", "LOCK TABLE committed.t IN ACCESS EXCLUSIVE MODE")

    waiter = threading.Thread(target=wait)
    other_session.inc_thread_sharing()
    waiter.start()
    try:
        while not fetch(space, WAITING):
            time.sleep(0.01)
        started = time.monotonic()
        table = read_table(space)
        seconds = time.monotonic() - started
    finally:
        reader.close()
        waiter.join()
        other_session.dec_thread_sharing()
        run(other_session, "ROLLBACK")

    assert seconds < SECONDS
    assert table.locked is not None


def test_lock_taken_after_the_locks_were_listed(
    locked: Locked, monkeypatch: pytest.MonkeyPatch
) -> None:
    space, _, _ = locked
    unaware = catalog_module.statement
    statements = []

    def first_unaware(version: int) -> None:
        sql = unaware(version)
        statements.append(sql)
        return (
            sql.replace("AccessExclusiveLock", "none") if len(statements) == 1 else sql
        )

    monkeypatch.setattr(catalog_module, "statement", first_unaware)

    with BACKEND.bounded(space, Limits(lock_ms=100)):
        table = BACKEND.read(space, Scope()).table("t")

    assert len(statements) == 2
    assert table.locked is not None
    assert table.checks[0].expression.problem == table.locked


def test_locks_that_come_again_and_again(
    locked: Locked, monkeypatch: pytest.MonkeyPatch
) -> None:
    space, _, _ = locked
    unaware = catalog_module.statement
    monkeypatch.setattr(
        catalog_module,
        "statement",
        lambda version: unaware(version).replace("AccessExclusiveLock", "none"),
    )

    with BACKEND.bounded(space, Limits(lock_ms=100)):
        schema = BACKEND.read(space, Scope())

    sentence = "The table is locked, so its expressions were not read."
    assert [table.locked for table in schema] == [sentence, sentence]
