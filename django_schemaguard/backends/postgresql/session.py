"""The failures of a session as one line for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.backends.connect import without_password
from django_schemaguard.backends.error_codes import error_code
from django_schemaguard.exceptions import (
    DatabaseUnreachable,
    DatabaseUnreadable,
    SchemaguardError,
)

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

LOCK_NOT_AVAILABLE = "55P03"
_QUERY_CANCELED = "57014"


def sqlstate(error: BaseException) -> str | None:
    """Return the SQLSTATE of a driver's error, or None where it has none."""
    code = error_code(error)
    return code if isinstance(code, str) else None


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
