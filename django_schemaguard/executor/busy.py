"""SQLite lets one process write at a time: how long to wait for the other one."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.executor.deadline import Deadline


def is_busy(error: BaseException) -> bool:
    """Return whether another process was writing to a SQLite file, and only that."""
    cause = error.__cause__ or error
    name = str(getattr(cause, "sqlite_errorname", ""))
    return name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


@contextmanager
def bounded_busy(
    connection: BaseDatabaseWrapper, deadline: Deadline | None
) -> Iterator[None]:
    """Wait for another writer no longer than until the deadline; undo that after.

    The driver's own timeout stays where it is shorter, and on other servers.
    """
    if connection.vendor != "sqlite" or deadline is None or not deadline.seconds:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        before = int(cursor.fetchone()[0])
        cursor.execute(f"PRAGMA busy_timeout = {min(before, deadline.left_ms)}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {before}")
