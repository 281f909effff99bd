"""Every wait on the server is bounded, and the session is as it was afterwards."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from django.db.utils import OperationalError

from django_schemaguard.backends.base import Limits, Question, Role, Scope
from django_schemaguard.backends.mysql.reader import LOCKED
from django_schemaguard.core.schema import Table
from django_schemaguard.exceptions import DatabaseUnreachable, DatabaseUnreadable
from tests.backends.mysql.conftest import BACKEND, Scratch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.mysql.base import DatabaseWrapper

BOUNDS = "SELECT @@SESSION.max_statement_time, @@SESSION.lock_wait_timeout"
LIMITS = Limits(statement_ms=1500, lock_ms=1001)


def test_bounds_hold_inside_and_are_put_back(scratch: Scratch) -> None:
    before = scratch.rows(BOUNDS)
    with BACKEND.bounded(scratch.connection, LIMITS):
        assert scratch.rows(BOUNDS) == [(1.5, 2)]
    assert scratch.rows(BOUNDS) == before


def test_tighter_bounds_of_the_session_stay(scratch: Scratch) -> None:
    scratch.run("SET max_statement_time = 0.75, lock_wait_timeout = 1")
    with BACKEND.bounded(scratch.connection, LIMITS):
        assert scratch.rows(BOUNDS) == [(0.75, 1)]
    assert scratch.rows(BOUNDS) == [(0.75, 1)]


def test_bounds_are_put_back_after_an_error(scratch: Scratch) -> None:
    before = scratch.rows(BOUNDS)
    with pytest.raises(ZeroDivisionError), BACKEND.bounded(scratch.connection, LIMITS):
        raise ZeroDivisionError
    assert scratch.rows(BOUNDS) == before


def test_an_open_transaction_goes_on(scratch: Scratch) -> None:
    connection = scratch.connection
    scratch.run("CREATE TABLE shop (id integer PRIMARY KEY)")
    before = scratch.rows(BOUNDS)
    connection.set_autocommit(False)
    scratch.run("INSERT INTO shop VALUES (1)")
    assert [table.name for table in scratch.read()] == ["shop"]
    BACKEND.answer(
        connection,
        [Question(Table("t"), "t", Role.CONDITION, f"gone = {n}") for n in (1, 2)],
    )
    connection.rollback()
    connection.set_autocommit(True)
    assert scratch.rows("SELECT * FROM shop") == []
    assert scratch.rows(BOUNDS) == before


def test_bounds_are_put_back_where_django_refuses_statements(scratch: Scratch) -> None:
    connection = scratch.connection
    before = scratch.rows(BOUNDS)
    with BACKEND.bounded(connection, LIMITS):
        connection.needs_rollback = connection.in_atomic_block = True
    connection.needs_rollback = connection.in_atomic_block = False
    assert scratch.rows(BOUNDS) == before


def test_a_lost_session_leaves_a_usable_connection(scratch: Scratch) -> None:
    other = scratch.session()
    with BACKEND.bounded(other, LIMITS):
        scratch.run(f"KILL {other.connection.thread_id()}")
        with pytest.raises(DatabaseUnreachable) as caught:
            BACKEND.read(other, Scope())
    assert str(caught.value).startswith("Cannot reach database 'mariadb': ")
    assert "\n" not in str(caught.value)
    assert scratch.read(other).tables == ()


def test_a_slow_statement_is_cut_off(scratch: Scratch) -> None:
    question = Question(Table("t"), "t", Role.CONDITION, "1 = 1")
    names = ", ".join(f"information_schema.collations c{n}" for n in range(5))
    with BACKEND.bounded(scratch.connection, LIMITS):
        with pytest.raises(OperationalError) as caught:
            scratch.run(f"SELECT COUNT(*) FROM {names}")
        assert caught.value.args[0] == 1969
        assert BACKEND.answer(scratch.connection, [question])[question].problem is None


@contextmanager
def changing(scratch: Scratch, *names: str) -> Iterator[None]:
    """Have another session change tables: it waits for a reader, and all for it."""
    renames = ", ".join(f"`{name}` TO `{name}_new`" for name in names)
    sql = f"RENAME TABLE {renames}, zz_read TO zz_read_new"
    reader, changer = scratch.session(), scratch.session()
    scratch.run("CREATE TABLE IF NOT EXISTS zz_read (id integer)")
    run_on(reader, "BEGIN", "SELECT * FROM zz_read")
    changer.ensure_connection()
    errors: list[int] = []
    thread = threading.Thread(target=_change, args=(changer, sql, errors))
    thread.start()
    try:
        number = _waiting(scratch, sql)
        yield
        for _ in range(50):  # The server can miss one that comes as it falls asleep.
            scratch.run(f"KILL QUERY {number}")
            thread.join(0.2)
            if not thread.is_alive():
                break
    finally:
        run_on(reader, "ROLLBACK")
        thread.join(10)
    assert errors == [1317]  # Interrupted, so nothing was changed.


def run_on(connection: DatabaseWrapper, *statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            cursor.fetchall()


def _change(changer: DatabaseWrapper, sql: str, errors: list[int]) -> None:
    # The driver's own cursor: Django's may not be used by another thread.
    cursor = changer.connection.cursor()
    try:
        cursor.execute(sql)
    except changer.Database.OperationalError as error:
        errors.append(error.args[0])


def _waiting(scratch: Scratch, sql: str) -> int:
    for _ in range(100):
        found = scratch.rows(
            "SELECT id FROM information_schema.processlist"
            f" WHERE db = DATABASE() AND info = '{sql}'"
            " AND state = 'Waiting for table metadata lock'"
        )
        if found:
            return int(found[0][0])
        time.sleep(0.05)
    raise AssertionError("the other session never waited")


@pytest.fixture
def tables(scratch: Scratch) -> None:
    for name in ("first", "second", "third"):
        scratch.run(
            f"CREATE TABLE {name} (id integer PRIMARY KEY, n integer CHECK (n > 1))"
        )


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("in_transaction", [False, True])
def test_a_table_that_another_session_changes_is_not_compared(
    scratch: Scratch, in_transaction: bool
) -> None:
    before = {table.name: table for table in scratch.read()}
    with changing(scratch, "second"):
        if in_transaction:
            scratch.run("BEGIN", "SELECT * FROM first")
        started = time.monotonic()
        schema = scratch.read()
        seconds = time.monotonic() - started
        scratch.run("ROLLBACK")
    found = {table.name: table for table in schema}
    assert found["second"] == Table("second", locked=LOCKED)
    assert found["first"] == before["first"]
    assert found["third"] == before["third"]
    assert seconds < 5


@pytest.mark.usefixtures("tables")
def test_many_tables_being_changed_end_in_an_error_in_time(scratch: Scratch) -> None:
    with changing(scratch, "first", "second", "third"):
        started = time.monotonic()
        with (
            pytest.raises(DatabaseUnreadable) as caught,
            BACKEND.bounded(
                scratch.connection, Limits(statement_ms=1500, lock_ms=1000)
            ),
        ):
            BACKEND.read(scratch.connection, Scope())
        seconds = time.monotonic() - started
    assert str(caught.value).startswith(
        "Cannot read the catalog of database 'mariadb' in time: "
    )
    assert caught.value.hint == "Try again, or raise --timeout."
    assert seconds < 5


@pytest.mark.usefixtures("tables")
def test_a_table_locked_for_writing_is_read(scratch: Scratch) -> None:
    before = scratch.read()
    other = scratch.session()
    with other.cursor() as cursor:
        cursor.execute("LOCK TABLES second WRITE")
    started = time.monotonic()
    assert scratch.read() == before
    assert time.monotonic() - started < 1


@pytest.mark.usefixtures("tables")
def test_expressions_are_answered_while_a_table_is_changed(scratch: Scratch) -> None:
    table = scratch.table("second")
    with changing(scratch, "second"):
        started = time.monotonic()
        (answer,) = scratch.ask(table, Role.CONDITION, "n > 1")
        assert time.monotonic() - started < 1
    assert answer.canonical == "`second`.`n` > 1"


@pytest.mark.usefixtures("tables")
def test_a_change_that_begins_while_reading_is_noticed(scratch: Scratch) -> None:
    before = {table.name: table for table in scratch.read()}
    other = scratch.session()
    begun: list[str] = []
    with ExitStack() as stack:

        def begin(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
            if "information_schema.statistics" in sql and not begun:
                begun.append(sql)
                stack.enter_context(changing(scratch, "second"))
            return execute(sql, params, many, context)

        with other.execute_wrapper(begin):
            schema = scratch.read(other)
    found = {table.name: table for table in schema}
    assert len(begun) == 1
    assert found["second"] == Table("second", locked=LOCKED)
    assert found["third"] == before["third"]


@pytest.mark.usefixtures("tables")
def test_changes_without_end_are_an_error(scratch: Scratch) -> None:
    other = scratch.session()

    def warn(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        if "information_schema.columns" not in sql:
            return execute(sql, params, many, context)
        with changing(scratch, "second"):
            return execute(sql, params, many, context)

    with other.execute_wrapper(warn), pytest.raises(DatabaseUnreadable) as caught:
        scratch.read(other)
    assert str(caught.value) == (
        "Cannot read the catalog of database 'mariadb': other sessions are changing its"
        " tables."
    )
    assert caught.value.hint == "Try again when they are done."
