"""The bounds of a session, and its failures as one line for a person."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, InterfaceError

from django_schemaguard.backends.connect import CHECK, one_line
from django_schemaguard.exceptions import (
    DatabaseUnreachable,
    DatabaseUnreadable,
    SchemaguardError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.backends.base import Limits

Failures = (DatabaseError, InterfaceError)

# Client errors 2002 to 2013 and 2055: no server, or no longer. 1927: killed.
_LOST = frozenset({1053, 1927, 2002, 2003, 2006, 2013, 2055, 4031})
# Statement time exceeded in MariaDB and in MySQL; lock wait timeout.
TIMED_OUT = frozenset({1205, 1317, 1969, 3024})


def is_mariadb(connection: BaseDatabaseWrapper) -> bool:
    """Return whether the server is MariaDB, not MySQL."""
    return bool(connection.mysql_is_mariadb)  # type: ignore[attr-defined]


def may_ignore(connection: BaseDatabaseWrapper) -> bool:
    """Return whether the server knows indexes that are IGNORED."""
    version: tuple[int, ...] = connection.mysql_version  # type: ignore[attr-defined]
    return is_mariadb(connection) and version >= (10, 6)


def server_facts(connection: BaseDatabaseWrapper) -> dict[str, Any]:
    """Return what Django asked the server for when it connected."""
    facts: dict[str, Any] = connection.mysql_server_data  # type: ignore[attr-defined]
    return facts


def error_code(error: BaseException) -> int:
    """Return the number of a driver's error, 0 where it has none."""
    code = error.args[0] if error.args else 0
    return code if isinstance(code, int) else 0


def is_lost(error: BaseException) -> bool:
    """Return whether the connection is gone."""
    return error_code(error) in _LOST or isinstance(error, InterfaceError)


def failure(
    connection: BaseDatabaseWrapper, error: BaseException, what: str
) -> SchemaguardError:
    """Return the error to raise instead of a driver's; it holds no password."""
    line = one_line(error, connection).rstrip(".")
    if connection.connection is None or is_lost(error):
        return DatabaseUnreachable(
            f"Cannot reach database '{connection.alias}': {line}.", CHECK
        )
    if error_code(error) in TIMED_OUT:
        return DatabaseUnreadable(
            f"Cannot {what} of database '{connection.alias}' in time: {line}.",
            "Try again, or raise --timeout.",
        )
    return DatabaseUnreadable(
        f"Cannot {what} of database '{connection.alias}': {line}."
    )


@contextmanager
def bounded(connection: BaseDatabaseWrapper, limits: Limits) -> Iterator[None]:
    """Bound each statement and each wait for a lock; put the old bounds back after.

    A bound that the session has already and that is tighter stays.
    """
    lock = max(1, -(-limits.lock_ms // 1000))  # Whole seconds only.
    try:
        mariadb = is_mariadb(connection)
        statement = "max_statement_time" if mariadb else "max_execution_time"
        ours = limits.statement_ms / 1000 if mariadb else limits.statement_ms
        names = (statement, "lock_wait_timeout")
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT @@SESSION.{names[0]}, @@SESSION.{names[1]}")
            before = cursor.fetchone()
        # 0 stands for no bound.
        _set(connection, names, (min(before[0] or ours, ours), min(before[1], lock)))
    except Failures as error:
        raise failure(connection, error, "bound the reading") from error
    session = connection.connection
    try:
        yield
    finally:
        if connection.connection is session:
            _restore(connection, names, before)


def _set(
    connection: BaseDatabaseWrapper, names: tuple[str, ...], values: tuple[Any, ...]
) -> None:
    assignments = ", ".join(f"SESSION {name} = %s" for name in names)
    # The driver's own cursor: Django's refuses in a broken transaction, and the
    # bounds have to go there, too.
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(f"SET {assignments}", values)


def _restore(
    connection: BaseDatabaseWrapper, names: tuple[str, ...], values: tuple[Any, ...]
) -> None:
    try:
        _set(connection, names, values)
    except Failures:
        # The session is lost and its bounds with it; the next use opens another.
        connection.close()
