"""SQLite: the lock of a file beside the database, which ends with the process.

SQLite's own lock ends with each transaction, and a run has several. The file is a
database that is never written to, so that SQLite brings the ways of locking that fit
the platform. It stays: another run could be about to open it.
"""

from __future__ import annotations

import sqlite3
from threading import Lock as ThreadLock
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.backends.sqlite.access import file_of
from django_schemaguard.exceptions import NotPermitted
from django_schemaguard.executor.locks.base import Lock

if TYPE_CHECKING:
    from pathlib import Path

    from django.db.backends.base.base import BaseDatabaseWrapper

SUFFIX = ".schemaguard-lock"
_in_memory: dict[str, ThreadLock] = {}


class FileLock(Lock):
    """Held by the process until it is released or ends."""

    kind: ClassVar[str] = "file"

    def __init__(self, connection: BaseDatabaseWrapper, path: Path) -> None:
        super().__init__(connection)
        self.key = str(path.resolve()) + SUFFIX
        self._file: sqlite3.Connection | None = None

    @override
    def take(self) -> bool:
        try:
            file = sqlite3.connect(self.key, timeout=0, isolation_level=None)
        except sqlite3.OperationalError as error:
            raise self._refused(error) from error
        try:
            file.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            file.close()
            if "locked" in str(error):
                return False
            raise self._refused(error) from error
        self._file = file
        return True

    def _refused(self, error: sqlite3.Error) -> NotPermitted:
        return NotPermitted(
            f"Cannot lock '{self.key}': {error}.",
            "Let the user who runs this write to the database's directory.",
        )

    @override
    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class MemoryLock(Lock):
    """For a database in memory, which only threads of one process can share."""

    kind: ClassVar[str] = "thread"

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        super().__init__(connection)
        self.key = str(connection.settings_dict["NAME"])
        self._lock = _in_memory.setdefault(self.key, ThreadLock())

    @override
    def take(self) -> bool:
        return self._lock.acquire(blocking=False)

    @override
    def release(self) -> None:
        self._lock.release()


def lock_for(connection: BaseDatabaseWrapper) -> Lock:
    """Return the lock that fits the kind of database."""
    path = file_of(str(connection.settings_dict["NAME"]))
    return MemoryLock(connection) if path is None else FileLock(connection, path)
