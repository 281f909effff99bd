"""All that is at hand while a run writes to one database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django_schemaguard.backends.repair import for_connection
from django_schemaguard.executor.journal import LEASE_MS, Journal
from django_schemaguard.executor.sessions import session_for

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.backends.repair import Writer
    from django_schemaguard.executor.deadline import Deadline
    from django_schemaguard.executor.locks.base import Lock
    from django_schemaguard.executor.sessions.base import Session

Say = Callable[[str], None]


def quiet(line: str) -> None:
    """Say nothing."""
    del line


@dataclass(frozen=True, slots=True)
class Place:
    """One database under the lock of a run.

    Attributes:
        lock_ms: The longest that one try waits for a lock, and makes others wait.
        progress: Is told in a few words what is being done.
    """

    connection: BaseDatabaseWrapper
    lock: Lock
    journal: Journal
    session: Session
    writer: Writer
    deadline: Deadline
    lock_ms: int = 500
    progress: Say = quiet

    @classmethod
    def at(
        cls,
        lock: Lock,
        deadline: Deadline,
        lock_ms: int = 500,
        progress: Say = quiet,
    ) -> Place:
        """Return the place of a lock that is held."""
        connection = lock.connection
        return cls(
            connection,
            lock,
            Journal(connection, lock),
            session_for(connection),
            for_connection(connection),
            deadline,
            lock_ms,
            progress,
        )

    @property
    def limit_ms(self) -> int:
        """How long a statement of a transaction may take.

        Behind a pooler the run must show that it is alive before it is taken for
        dead.
        """
        left = self.deadline.left_ms
        return min(left, LEASE_MS // 2) if self.lock.pooled else left

    def wait_ms(self, attempt: int) -> int:
        """Return how long a try waits for its lock: longer with each, to a limit."""
        waits = self.session.waits
        wished = waits[min(attempt, len(waits) - 1)]
        return max(1, min(wished, self.lock_ms, self.deadline.left_ms))
