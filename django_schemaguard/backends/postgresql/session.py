"""The bounds of a session, and its failures as one line for a person."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import Error as DjangoDatabaseError

from django_schemaguard.backends.connect import without_password
from django_schemaguard.exceptions import (
    DatabaseUnreachable,
    DatabaseUnreadable,
    SchemaguardError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.backends.base import Limits

LOCK_NOT_AVAILABLE = "55P03"
_QUERY_CANCELED = "57014"
_IDLE = 0  # libpq's PQTRANS_IDLE, in both drivers.

# What decides how the server prints an expression. The search path and the time
# zone stay: by the one the application finds its tables, by the other Django
# writes its literals.
_PINNED = {
    "datestyle": "ISO, MDY",
    "intervalstyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "quote_all_identifiers": "off",
    "transaction_read_only": "on",
    # A catalog query looks costly enough to be compiled, which takes longer.
    "jit": "off",
}


def sqlstate(error: BaseException) -> str | None:
    """Return the SQLSTATE of a driver's error, or None where it has none."""
    cause = error.__cause__ or error
    state = getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None)
    return str(state) if state else None


def first_line(error: BaseException) -> str:
    """Return the first line of the server's message, without "ERROR:"."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].removeprefix("ERROR:").strip().rstrip(".")


def failure(
    connection: BaseDatabaseWrapper, error: BaseException, what: str
) -> SchemaguardError:
    """Return the error to raise instead of a driver's; it holds no password."""
    alias = connection.alias
    line = without_password(first_line(error), connection)
    if is_lost(connection, error):
        return DatabaseUnreachable(
            f"Cannot reach database '{alias}': {line}.",
            "Check its name, host, port, network and credentials.",
        )
    if is_timeout(error):
        return DatabaseUnreadable(
            f"Cannot {what} database '{alias}' in time: {line}.",
            "Try again, or raise --timeout.",
        )
    return DatabaseUnreadable(f"Cannot {what} database '{alias}': {line}.")


def is_timeout(error: BaseException) -> bool:
    """Whether the server ended the statement after `statement_timeout`."""
    return sqlstate(error) == _QUERY_CANCELED


def is_lost(connection: BaseDatabaseWrapper, error: BaseException) -> bool:
    """Whether there is no connection any more, or never was."""
    state = sqlstate(error) or ""
    closed = connection.connection is None or bool(connection.connection.closed)
    # Class 08: connection exception; 57P: shut down or restarting.
    return closed or state.startswith(("08", "57P"))


def server_version(connection: BaseDatabaseWrapper) -> str:
    """Return the version as PostgreSQL writes it, such as "15.18"."""
    version = int(getattr(connection, "pg_version", 0))
    return f"{version // 1_00_00}.{version % 1_00_00}"


@contextmanager
def bounded(connection: BaseDatabaseWrapper, limits: Limits) -> Iterator[None]:
    """Run the block in a read-only transaction with bounded waits; roll it back.

    Every setting is local to the transaction, or to a savepoint of the one that is
    open, so nothing of it is left in the session, and a pooler may hand the server
    connection to somebody else afterwards.
    """
    try:
        connection.ensure_connection()
    except DjangoDatabaseError as error:
        raise failure(connection, error, "connect to") from error
    with _transaction(connection):
        try:
            _set(connection, limits)
        except DjangoDatabaseError as error:
            raise failure(connection, error, "prepare the session of") from error
        yield


def _set(connection: BaseDatabaseWrapper, limits: Limits) -> None:
    settings = {
        "lock_timeout": f"{limits.lock_ms}ms",
        "statement_timeout": f"{limits.statement_ms}ms",
        **_PINNED,
    }
    calls = ", ".join(["set_config(%s, %s, true)"] * len(settings))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {calls}",
            [word for setting in settings.items() for word in setting],
        )


@contextmanager
def _transaction(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Open a transaction, or a savepoint in the open one, and roll it back.

    Not `atomic`: that looks the connection up by its alias, and it commits.
    """
    if connection.get_autocommit():
        if not _idle(connection):
            raise DatabaseUnreadable(
                f"Cannot open a transaction in database '{connection.alias}':"
                " one was begun by hand.",
                "End it first, or use atomic().",
            )
        connection.set_autocommit(False)
        try:
            yield
        finally:
            _end(connection)
    elif _idle(connection) and not connection.in_atomic_block:
        try:
            yield
        finally:
            if not connection.connection.closed:
                connection.rollback()
    else:
        with _undone_savepoint(connection):
            yield


def _idle(connection: BaseDatabaseWrapper) -> bool:
    return int(connection.connection.info.transaction_status) == _IDLE


def _end(connection: BaseDatabaseWrapper) -> None:
    if connection.connection is None or connection.connection.closed:
        connection.close()  # The next use connects anew, in autocommit.
    else:
        connection.rollback()
        connection.set_autocommit(True)


@contextmanager
def savepoint(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Undo the block alone where it fails; the transaction goes on."""
    name = _savepoint_name(connection)
    try:
        yield
    except BaseException:
        _undo(connection, name)
        raise
    connection.savepoint_commit(name)


@contextmanager
def retries(connection: BaseDatabaseWrapper) -> Iterator[Callable[[], None]]:
    """Give the block what makes the transaction usable again after a failure."""
    name = _savepoint_name(connection)
    yield lambda: connection.savepoint_rollback(name)
    connection.savepoint_commit(name)


@contextmanager
def _undone_savepoint(connection: BaseDatabaseWrapper) -> Iterator[None]:
    try:
        name = _savepoint_name(connection)
    except DjangoDatabaseError as error:
        raise failure(connection, error, "open a savepoint in") from error
    try:
        yield
    finally:
        _undo(connection, name)


def _savepoint_name(connection: BaseDatabaseWrapper) -> str:
    # None in autocommit, where a failure spoils nothing but its own statement.
    return connection.savepoint() or ""


def _undo(connection: BaseDatabaseWrapper, name: str) -> None:
    if connection.connection is not None and not connection.connection.closed:
        connection.savepoint_rollback(name)
        connection.savepoint_commit(name)
