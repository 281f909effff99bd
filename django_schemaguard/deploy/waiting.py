"""How long DDL waits for locks, and which failures are worth another try."""

from __future__ import annotations

import random
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django_schemaguard.backends.error_codes import error_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.executor.locks.base import Lock

# The first tries give way at once: whoever waits for an ACCESS EXCLUSIVE lock makes
# all later readers wait, too.
_LADDER_MS = (50, 100, 250)
# Lock timeout and deadlock, of PostgreSQL and of MariaDB.
_CODES = frozenset({"55P03", "40P01", 1205, 1213})
_LONGEST_PAUSE = 2.0


@dataclass(slots=True)
class Patience:
    """How often and how long one run waits.

    Attributes:
        lock_timeout: Longest wait of one statement, in seconds.
        deadline: Longest time spent on tries that failed, in seconds.
        attempt: From 0.
    """

    lock_timeout: float
    deadline: float
    attempt: int = 0
    spent: float = 0.0
    _random: random.Random = field(default_factory=random.Random)

    @property
    def lock_ms(self) -> int:
        """How long the statements of this try wait for a lock, in milliseconds."""
        most = max(1, round(self.lock_timeout * 1000))
        if self.attempt < len(_LADDER_MS):
            return min(_LADDER_MS[self.attempt], most)
        return most

    def pause(self, seconds: float) -> bool:
        """Wait before the next try; return False where the time is up.

        Args:
            seconds: What the last try took.
        """
        self.spent += seconds
        self.attempt += 1
        longest = min(_LONGEST_PAUSE, 0.05 * 2**self.attempt)
        pause = self._random.uniform(longest / 2, longest)
        if self.spent + pause >= self.deadline:
            return False
        self.spent += pause
        time.sleep(pause)
        return True


def is_lock_failure(error: BaseException) -> bool:
    """Return whether another transaction was in the way, and only that."""
    code = error_code(error)
    if code is not None:
        return code in _CODES
    return getattr(error.__cause__ or error, "sqlite_errorname", "").startswith(
        ("SQLITE_BUSY", "SQLITE_LOCKED")
    )


@contextmanager
def bounded_locks(lock: Lock, seconds: float) -> Iterator[None]:
    """Bound the wait of statements outside of our transactions, and undo that after.

    SQLite bounds it itself, by the driver's timeout. Behind a pooler nothing is run
    outside of a transaction, and what is set stays with sessions of others.
    """
    connection = lock.connection
    match connection.vendor:
        case "postgresql" if not lock.pooled:
            read = "SHOW lock_timeout"
            write = "SELECT set_config('lock_timeout', %s, false)"
            value: str | int = f"{max(1, round(seconds * 1000))}ms"
        case "mysql":
            read = "SELECT @@SESSION.lock_wait_timeout"
            write = "SET SESSION lock_wait_timeout = %s"
            value = max(1, round(seconds))
        case _:
            yield
            return
    with connection.cursor() as cursor:
        cursor.execute(read)
        before = cursor.fetchone()[0]
        cursor.execute(write, (value,))
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute(write, (before,))


def set_lock_timeout(connection: BaseDatabaseWrapper, milliseconds: int) -> None:
    """Bound the wait for locks until the end of the open transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('lock_timeout', %s, true)", (f"{milliseconds}ms",)
            )
