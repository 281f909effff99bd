"""What a session does for one stage of a plan."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.plan import Stage
    from django_schemaguard.core.schema import TableRef


class Trouble(Enum):
    """What an error of the server means for the run."""

    BUSY = "others hold the lock: try again"
    EXISTS = "the object is there: look again"
    LATE = "the statement was ended by the deadline"
    DENIED = "the role or the server does not allow it"
    LOST = "the connection is gone"
    FAILED = "it does not work"


class Session(ABC):
    """Bounds each wait of one connection, and reads its errors.

    Class attributes:
        waits: How long the first, second, … try waits for a lock, in milliseconds;
            the last counts for all after.
        reluctance: The part of the deadline that has to be over before a try is
            made in spite of a long holder, since others would wait behind it.
    """

    waits: ClassVar[tuple[int, ...]] = (50, 100, 250, 500)
    reluctance: ClassVar[float] = 0.0

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection

    @abstractmethod
    def transaction(self, wait_ms: int, limit_ms: int) -> AbstractContextManager[None]:
        """Open a transaction whose waits and statements are bounded."""

    @abstractmethod
    def single(
        self, wait_ms: int | None, limit_ms: int
    ) -> AbstractContextManager[None]:
        """Bound the statements of the block, each a transaction of its own.

        Args:
            wait_ms: Longest wait for a lock; None for no bound but the other.
            limit_ms: Longest time for one statement.
        """

    @abstractmethod
    def trouble(self, error: BaseException) -> Trouble:
        """Return what an error means."""

    def holders(self, stage: Stage) -> tuple[str, ...]:  # noqa: ARG002
        """Return who would make the stage wait for its lock, such as "session 47".

        Those that hold it for a moment only are left out where that can be told.
        """
        return ()

    def elders(
        self,
        statement: str,  # noqa: ARG002
        refs: Sequence[TableRef],  # noqa: ARG002
    ) -> dict[str, str]:
        """Return the older transactions that a statement on tables would wait for.

        Returns:
            Each by a word that no other has, with who it is, such as "session 47".
        """
        return {}

    @contextmanager
    def alone(self, locks: Iterable[str]) -> Iterator[None]:
        """Run the statements that keep others out, and let them in after."""
        self.run(*locks)
        yield

    def run(self, *statements: str) -> None:
        """Run complete statements, a "%" in them being a "%"."""
        with self.connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def finds(self, query: str) -> bool:
        """Return whether a query yields a row."""
        with self.connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone() is not None
