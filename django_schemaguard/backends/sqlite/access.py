"""Reaching a SQLite file without making one, and without waiting for long."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, unquote, urlsplit

from django.db import DatabaseError

from django_schemaguard.exceptions import DatabaseUnreachable, DatabaseUnreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.backends.base import Limits

_LOCKED: Final = "Try again when the other process has finished."
_NAME: Final = "Check NAME in DATABASES."


@contextmanager
def bounded_access(connection: BaseDatabaseWrapper, limits: Limits) -> Iterator[None]:
    """Bound the wait for another process's lock; restore the connection's own.

    SQLite answers from the file without a server, so only a lock can delay it.

    Raises:
        DatabaseUnreachable: No such file, or none that SQLite can open.
        DatabaseUnreadable: It is locked, or no database.
    """
    if connection.connection is None:
        require_file(str(connection.settings_dict["NAME"]))
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        raise DatabaseUnreachable(_line(connection, error), _NAME) from error
    before = _busy_timeout(connection)
    _set_busy_timeout(connection, limits.lock_ms)
    try:
        _touch(connection)
        yield
    finally:
        if connection.connection is not None:
            _set_busy_timeout(connection, before)


def require_file(name: str) -> None:
    """Refuse a name that SQLite would make a new file of.

    Raises:
        DatabaseUnreachable: The file is missing, a folder, or not readable.
    """
    path = file_of(name)
    if path is None:
        return
    if not path.exists():
        hint = f"{_NAME[:-1]}, or run 'manage.py migrate' to create it."
        raise DatabaseUnreachable(f"Database file '{path}' does not exist.", hint)
    if not path.is_file():
        raise DatabaseUnreachable(f"'{path}' is not a database file.", _NAME)
    if not os.access(path, os.R_OK):
        hint = "Let the user who runs this read it."
        raise DatabaseUnreachable(f"Database file '{path}' is not readable.", hint)


def is_absent(connection: BaseDatabaseWrapper) -> bool:
    """Return whether it is to a SQLite file that the first use would make."""
    if connection.vendor != "sqlite":
        return False
    path = file_of(str(connection.settings_dict["NAME"]))
    return path is not None and not path.exists()


def file_of(name: str) -> Path | None:
    """Return the file that a NAME opens; None for a database in memory."""
    if not name.startswith("file:"):
        return None if name in {"", ":memory:"} else Path(name)
    parts = urlsplit(name)
    path = unquote(parts.path)
    if path in {"", ":memory:"} or "memory" in parse_qs(parts.query).get("mode", ()):
        return None
    if "memdb" in parse_qs(parts.query).get("vfs", ()):
        return None
    return Path(path)


def unreadable(
    connection: BaseDatabaseWrapper, error: DatabaseError
) -> DatabaseUnreadable:
    """Return the error as one line, with what to do."""
    locked = "locked" in str(error)
    return DatabaseUnreadable(_line(connection, error), _LOCKED if locked else _NAME)


def _line(connection: BaseDatabaseWrapper, error: DatabaseError) -> str:
    path = file_of(str(connection.settings_dict["NAME"]))
    where = "Database in memory" if path is None else f"Database file '{path}'"
    return f"{where} cannot be read: {error}."


def _touch(connection: BaseDatabaseWrapper) -> None:
    """Read one row, since SQLite opens the file no sooner."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM main.sqlite_master LIMIT 1")
    except DatabaseError as error:
        raise unreadable(connection, error) from error


def _busy_timeout(connection: BaseDatabaseWrapper) -> int:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        return int(cursor.fetchone()[0])


def _set_busy_timeout(connection: BaseDatabaseWrapper, milliseconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {milliseconds:d}")
