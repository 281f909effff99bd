from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import DatabaseError
from django.db.backends.sqlite3.base import DatabaseWrapper

from django_schemaguard.backends.base import Limits, Scope
from django_schemaguard.backends.sqlite import SQLite
from django_schemaguard.backends.sqlite.access import file_of
from django_schemaguard.exceptions import (
    DatabaseUnreachable,
    DatabaseUnreadable,
    SchemaguardError,
)
from tests.backends.sqlite.conftest import read, run

Connect = Callable[..., DatabaseWrapper]
QUICK = Limits(lock_ms=200)


def _refusal(
    connection: DatabaseWrapper, kind: type[SchemaguardError]
) -> tuple[str, str]:
    with (
        pytest.raises(kind) as caught,
        SQLite().bounded(connection, QUICK),
    ):
        pytest.fail("the block was entered")
    return str(caught.value), caught.value.hint


@pytest.mark.parametrize("form", ["{}", "file:{}", "file:{}?mode=rwc"])
def test_missing_file_is_refused_and_not_made(
    connect: Connect, tmp_path: Path, form: str
) -> None:
    path = tmp_path / "gone.sqlite3"
    assert _refusal(connect(form.format(path)), DatabaseUnreachable) == (
        f"Database file '{path}' does not exist.",
        "Check NAME in DATABASES, or run 'manage.py migrate' to create it.",
    )
    assert not path.exists()


def test_folder_is_no_database(connect: Connect, tmp_path: Path) -> None:
    assert _refusal(connect(tmp_path), DatabaseUnreachable) == (
        f"'{tmp_path}' is not a database file.",
        "Check NAME in DATABASES.",
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_file_that_may_not_be_read(connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "secret.sqlite3"
    path.touch(mode=0o000)
    assert _refusal(connect(path), DatabaseUnreachable) == (
        f"Database file '{path}' is not readable.",
        "Let the user who runs this read it.",
    )


def test_other_file_is_no_database(connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Some notes that are long enough to have a header. " * 20)
    assert _refusal(connect(path), DatabaseUnreadable) == (
        f"Database file '{path}' cannot be read: file is not a database.",
        "Check NAME in DATABASES.",
    )


def test_file_that_cannot_be_opened(connect: Connect, tmp_path: Path) -> None:
    name = f"file:{tmp_path / 'x.sqlite3'}?mode=nonsense"
    (tmp_path / "x.sqlite3").touch()
    message, hint = _refusal(connect(name), DatabaseUnreachable)
    assert message == (
        f"Database file '{tmp_path / 'x.sqlite3'}' cannot be read: "
        "no such access mode: nonsense."
    )
    assert hint == "Check NAME in DATABASES."


def test_lock_of_another_process_is_waited_for_in_vain(
    scratch: DatabaseWrapper, tmp_path: Path
) -> None:
    run(scratch, "create table t (a int)")
    other = sqlite3.connect(tmp_path / "scratch.sqlite3", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    started = time.monotonic()
    try:
        message, hint = _refusal(scratch, DatabaseUnreadable)
    finally:
        other.close()
    assert message == (
        f"Database file '{tmp_path / 'scratch.sqlite3'}' cannot be read: "
        "database is locked."
    )
    assert hint == "Try again when the other process has finished."
    assert 0.15 < time.monotonic() - started < 2
    assert len(read(scratch).tables) == 1


def test_lock_that_comes_later_is_told_by_the_reader(
    scratch: DatabaseWrapper, tmp_path: Path
) -> None:
    run(scratch, "create table t (a int)")
    other = sqlite3.connect(tmp_path / "scratch.sqlite3", isolation_level=None)
    with SQLite().bounded(scratch, QUICK):
        other.execute("BEGIN EXCLUSIVE")
        try:
            with pytest.raises(DatabaseUnreadable, match="database is locked"):
                SQLite().read(scratch, Scope())
        finally:
            other.close()


@pytest.mark.parametrize("lock", ["BEGIN IMMEDIATE", "BEGIN"])
def test_other_writer_does_not_disturb(
    scratch: DatabaseWrapper, tmp_path: Path, lock: str
) -> None:
    run(scratch, "create table t (a int)")
    other = sqlite3.connect(tmp_path / "scratch.sqlite3", isolation_level=None)
    other.execute(lock)
    try:
        assert len(read(scratch).tables) == 1
    finally:
        other.close()


def test_writer_in_wal_mode_does_not_disturb(
    scratch: DatabaseWrapper, tmp_path: Path
) -> None:
    run(scratch, "pragma journal_mode = wal", "create table t (a int)")
    other = sqlite3.connect(tmp_path / "scratch.sqlite3", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    other.execute("create table u (a int)")
    try:
        assert len(read(scratch).tables) == 1
    finally:
        other.close()


def _timeout(connection: DatabaseWrapper) -> int:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        return int(cursor.fetchone()[0])


def test_wait_is_bounded_inside_and_as_before_after(
    connect: Connect, tmp_path: Path
) -> None:
    (tmp_path / "x.sqlite3").touch()
    connection = connect(tmp_path / "x.sqlite3", timeout=7)
    with SQLite().bounded(connection, QUICK):
        assert _timeout(connection) == 200
    assert _timeout(connection) == 7000
    with pytest.raises(ZeroDivisionError), SQLite().bounded(connection, QUICK):
        raise ZeroDivisionError
    assert _timeout(connection) == 7000


def test_connection_closed_inside_stays_closed(
    connect: Connect, tmp_path: Path
) -> None:
    (tmp_path / "x.sqlite3").touch()
    connection = connect(tmp_path / "x.sqlite3")
    with SQLite().bounded(connection, QUICK):
        connection.close()
    assert connection.connection is None


def test_read_only_connection_is_enough(connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    other = sqlite3.connect(path)
    other.execute("create table t (a int check (a > 0))")
    other.close()
    before = path.read_bytes()
    assert len(read(connect(f"file:{path}?mode=ro&immutable=1")).tables) == 1
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_statement_that_fails_is_one_clear_line(scratch: DatabaseWrapper) -> None:
    run(scratch, "create table t (a int)")
    with scratch.cursor() as cursor:
        cursor.execute("PRAGMA writable_schema = ON")
        cursor.execute("UPDATE sqlite_master SET sql = 'CREATE NONSENSE'")
        cursor.execute("PRAGMA writable_schema = OFF")
    name = scratch.settings_dict["NAME"]
    scratch.close()
    assert _refusal(scratch, DatabaseUnreadable) == (
        f"Database file '{name}' cannot be read: "
        'malformed database schema (t) - near "NONSENSE": syntax error.',
        "Check NAME in DATABASES.",
    )


def test_errors_of_the_block_itself_pass(scratch: DatabaseWrapper) -> None:
    with (
        pytest.raises(DatabaseError, match="no such table: gone"),
        SQLite().bounded(scratch, QUICK),
    ):
        run(scratch, "select * from gone")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (":memory:", None),
        ("", None),
        ("file::memory:?cache=shared", None),
        ("file:x?mode=memory&cache=shared", None),
        ("file:/x?vfs=memdb", None),
        ("db.sqlite3", "db.sqlite3"),
        ("/srv/db.sqlite3", "/srv/db.sqlite3"),
        ("file:db.sqlite3", "db.sqlite3"),
        ("file:///srv/a%20b.sqlite3?mode=ro", "/srv/a b.sqlite3"),
        ("filed.sqlite3", "filed.sqlite3"),
    ],
)
def test_file_of_a_name(name: str, path: str | None) -> None:
    assert file_of(name) == (None if path is None else Path(path))


def test_version_is_the_one_of_the_library(scratch: DatabaseWrapper) -> None:
    with scratch.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()")
        assert (SQLite().server_version(scratch),) == cursor.fetchone()
