from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connections

from django_schemaguard.backends.base import Limits, Question, Role, Scope
from django_schemaguard.backends.connect import one_line, without_password
from django_schemaguard.backends.postgresql import PostgreSQL
from django_schemaguard.exceptions import DatabaseUnreachable, DatabaseUnreadable
from tests.backends.postgresql.asking import fetch, read, read_table, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.backends.base.base import BaseDatabaseWrapper

pytestmark = pytest.mark.vendors("postgresql")

BACKEND = PostgreSQL()
PINNED = (
    "lock_timeout",
    "statement_timeout",
    "transaction_read_only",
    "datestyle",
    "jit",
)


def settings_of(connection: BaseDatabaseWrapper) -> list[object]:
    return [fetch(connection, f"SHOW {name}") for name in PINNED]


def idle(connection: BaseDatabaseWrapper) -> bool:
    return int(connection.connection.info.transaction_status) == 0


class Counter:
    """Counts the statements that go through a connection."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __call__(
        self, execute: Callable[..., object], sql: str, *rest: object
    ) -> object:
        self.statements.append(sql)
        return execute(sql, *rest)


def test_bounds_hold_inside_and_are_gone_after_in_a_transaction(
    space: BaseDatabaseWrapper,
) -> None:
    run(space, "SET LOCAL lock_timeout = '7s'")
    before = settings_of(space)

    with BACKEND.bounded(space, Limits(statement_ms=1_500, lock_ms=300)):
        assert settings_of(space) == ["300ms", "1500ms", "on", "ISO, MDY", "off"]

    assert settings_of(space) == before
    assert before[0] == "7s"


def test_bounds_hold_inside_and_are_gone_after_in_autocommit(
    other_session: BaseDatabaseWrapper,
) -> None:
    run(other_session, "SET lock_timeout = '7s'", "SET datestyle = 'German'")
    before = settings_of(other_session)

    with BACKEND.bounded(other_session, Limits()):
        assert settings_of(other_session) == ["2s", "5s", "on", "ISO, MDY", "off"]

    assert settings_of(other_session) == before
    assert before[0] == "7s"
    assert other_session.get_autocommit()
    assert idle(other_session)


def test_without_autocommit_no_transaction_is_left_open(
    other_session: BaseDatabaseWrapper,
) -> None:
    other_session.set_autocommit(False)

    with BACKEND.bounded(other_session, Limits()):
        assert settings_of(other_session)[0] == "2s"

    assert idle(other_session)
    assert not other_session.get_autocommit()


def test_without_autocommit_the_open_transaction_goes_on(
    other_session: BaseDatabaseWrapper,
) -> None:
    other_session.set_autocommit(False)
    run(other_session, "CREATE TABLE committed.kept (a int)")

    with BACKEND.bounded(other_session, Limits()):
        pass

    assert fetch(other_session, "SELECT count(*) FROM committed.kept") == 0
    other_session.rollback()


def test_an_error_inside_leaves_the_session_as_it_was(
    space: BaseDatabaseWrapper,
) -> None:
    with pytest.raises(ZeroDivisionError), BACKEND.bounded(space, Limits()):
        raise ZeroDivisionError

    assert fetch(space, "SELECT 1") == 1
    assert settings_of(space)[2] == "off"


def test_a_failed_statement_inside_leaves_the_session_as_it_was(
    other_session: BaseDatabaseWrapper,
) -> None:
    with pytest.raises(DatabaseError), BACKEND.bounded(other_session, Limits()):
        run(other_session, "SELECT nothing")

    assert fetch(other_session, "SELECT 1") == 1
    assert idle(other_session)


def test_nothing_can_be_written_inside(space: BaseDatabaseWrapper) -> None:
    run(space, "CREATE TABLE t (a int)")

    with (
        pytest.raises(DatabaseError, match="read-only transaction"),
        BACKEND.bounded(space, Limits()),
    ):
        run(space, "INSERT INTO t VALUES (1)")


def test_read_only_transaction_is_enough(other_session: BaseDatabaseWrapper) -> None:
    run(other_session, "CREATE TABLE committed.t (a int CHECK (a > 0))")
    run(other_session, "SET search_path TO committed")
    run(other_session, "SET default_transaction_read_only TO on")
    table = read_table(other_session)

    with BACKEND.bounded(other_session, Limits()):
        question = Question(table, "t", Role.CONDITION, "a > 0")
        answers = BACKEND.answer(other_session, [question])

    assert answers[question].canonical == "(t.a > 0)"


def test_a_statement_that_takes_too_long_is_unreadable(
    space: BaseDatabaseWrapper,
) -> None:
    def read_until_late() -> None:
        with BACKEND.bounded(space, Limits(statement_ms=1)):
            while True:  # One millisecond may be enough for a small catalog.
                BACKEND.read(space, Scope())

    with pytest.raises(DatabaseUnreadable) as caught:
        read_until_late()

    said = "Cannot read the catalog of database 'postgresql' in time:"
    # Where the time is up between two statements, the server says it of a user.
    assert str(caught.value) in {
        f"{said} canceling statement due to statement timeout.",
        f"{said} canceling statement due to user request.",
    }


def test_a_failed_transaction_is_unreadable(space: BaseDatabaseWrapper) -> None:
    with pytest.raises(DatabaseError):
        run(space, "SELECT nothing")

    with pytest.raises(DatabaseUnreadable) as caught, BACKEND.bounded(space, Limits()):
        pytest.fail("entered")

    assert str(caught.value) == (
        "Cannot open a savepoint in database 'postgresql': its transaction failed."
    )


def test_transaction_that_django_does_not_know_of_is_unreadable(
    other_session: BaseDatabaseWrapper,
) -> None:
    run(other_session, "BEGIN", "CREATE TABLE committed.kept (a int)")

    with (
        pytest.raises(DatabaseUnreadable) as caught,
        BACKEND.bounded(other_session, Limits()),
    ):
        pytest.fail("entered")

    assert str(caught.value) == (
        "Cannot open a transaction in database 'postgresql': one was begun by hand."
    )
    assert fetch(other_session, "SELECT count(*) FROM committed.kept") == 0
    run(other_session, "ROLLBACK")


def test_wrong_port_is_unreachable_and_the_password_is_not_said(
    other_session: BaseDatabaseWrapper,
) -> None:
    stranger = other_session.copy()
    stranger.settings_dict |= {"PORT": "1", "PASSWORD": "failed"}

    with (
        pytest.raises(DatabaseUnreachable) as caught,
        BACKEND.bounded(stranger, Limits()),
    ):
        pytest.fail("entered")

    message = str(caught.value)
    assert message.startswith("Cannot reach database 'postgresql': ")
    assert "***" in message
    assert "failed" not in message
    assert "\n" not in message
    assert caught.value.hint == "Check its name, host, port, network and credentials."


def test_lost_connection_is_unreachable(
    other_session: BaseDatabaseWrapper, space: BaseDatabaseWrapper
) -> None:
    pid = fetch(other_session, "SELECT pg_backend_pid()")

    def read_from_the_dead() -> None:
        with BACKEND.bounded(other_session, Limits()):
            run(space, f"SELECT pg_terminate_backend({pid}, 5000)")
            BACKEND.read(other_session, Scope())

    with pytest.raises(DatabaseUnreachable, match="Cannot reach database 'postgresql'"):
        read_from_the_dead()

    assert fetch(other_session, "SELECT 1") == 1


def test_password_is_left_out_of_any_message(space: BaseDatabaseWrapper) -> None:
    from django_schemaguard.backends.postgresql.session import failure

    space.settings_dict["PASSWORD"] = "hunter2"
    try:
        error = failure(space, OperationalError("no hunter2\nDETAIL: hunter2"), "read")
    finally:
        space.settings_dict["PASSWORD"] = ""

    assert str(error) == "Cannot read database 'postgresql': no ***."


def test_server_version(space: BaseDatabaseWrapper) -> None:
    assert BACKEND.server_version(space) == fetch(
        space, "SELECT split_part(current_setting('server_version'), ' ', 1)"
    )


def test_statements_do_not_grow_with_the_tables(space: BaseDatabaseWrapper) -> None:
    counts = []
    for number in (10, 200):
        run(
            space,
            *(
                f"CREATE TABLE IF NOT EXISTS t{i} (a int PRIMARY KEY, b text UNIQUE,"
                " c int CHECK (c > 0))"
                for i in range(number)
            ),
        )
        counter = Counter()
        with space.execute_wrapper(counter):
            read(space, Scope(names=frozenset({"t1", "missing"})))
        counts.append(counter.statements)

    # The savepoint with the settings, and the catalog.
    assert (len(counts[0]), len(counts[1])) == (2, 2)


@pytest.mark.parametrize(
    ("password", "said", "told"),
    [
        pytest.param("x", "index 'x' exists", "index '***' exists", id="short"),
        pytest.param("secret", "no secrets", "no ***s", id="long"),
        pytest.param("a.b", "a.b axb", "*** axb", id="not-a-pattern"),
        pytest.param("", "exists", "exists", id="none"),
    ],
)
def test_a_password_is_blotted_out(password: str, said: str, told: str) -> None:
    connection = connections["postgresql"].copy()
    connection.settings_dict = {**connection.settings_dict, "PASSWORD": password}
    assert without_password(said, connection) == told


def test_a_row_that_the_server_prints_is_left_out(connection: BaseDatabaseWrapper):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE secrets (name text, code int NOT NULL)")
        with pytest.raises(IntegrityError) as caught:
            cursor.execute("INSERT INTO secrets VALUES ('Ann\nLee', NULL)")

    assert one_line(caught.value, connection) == (
        'null value in column "code" of relation "secrets" violates not-null constraint'
    )
