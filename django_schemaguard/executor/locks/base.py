"""What the lock of a run is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from hashlib import sha256
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.executor.deadline import Deadline


class Lock(ABC):
    """Keeps all other runs out of one database while it is held.

    Class attributes:
        kind: "session", "transaction", "file" or "thread": what lets go of it.

    Attributes:
        key: What is locked, as the server knows it.
        deadline: Of the run that holds it; None where it has no bound.
        run: Which run that is, such as "auto_fix 12"; "" before it is entered.
    """

    kind: ClassVar[str]

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        self.key = ""
        self.deadline: Deadline | None = None
        self.run = ""

    @property
    def pooled(self) -> bool:
        """Whether the lock lasts for a transaction alone; nothing else may be run."""
        return self.kind == "transaction"

    @abstractmethod
    def take(self) -> bool:
        """Take it if it is free, without waiting; return whether it was."""

    @abstractmethod
    def release(self) -> None:
        """Let go of it; nothing where it is lost with its session."""

    def check(self) -> None:  # noqa: B027  Some cannot be lost.
        """Make sure that it is still held; call it before each step.

        Raises:
            LockLost: The connection was lost, and the lock with it.
        """

    def enter(self) -> bool:
        """Join the transaction that was just opened; return whether it could.

        Only a lock that lasts for a transaction has to; each transaction must, as
        its first thing.
        """
        return True

    def sign(self, run: str) -> None:
        """Let the server know which run the statements from now on are of."""
        self.run = run

    def holder(self) -> str:
        """Return who holds it, as in "session 4711"; "" where nobody can tell."""
        return ""

    def facts(self) -> dict[str, str]:
        """Return what the journal keeps of it."""
        return {"kind": self.kind, "key": self.key}


def digest(*parts: str) -> bytes:
    """Return a word of 32 bytes for a database of this app."""
    return sha256("\0".join(("django-schemaguard", *parts)).encode()).digest()
