"""What a backend does, and what all of them share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from django_schemaguard.core.expressions_of import Role

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.schema import Schema, Table, Traits


__all__ = [
    "USUAL_LIMITS",
    "Answer",
    "Backend",
    "Limits",
    "Question",
    "Role",
    "Scope",
]


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the server may keep us waiting."""

    connect_seconds: float = 5.0
    statement_ms: int = 5_000
    lock_ms: int = 2_000

    @classmethod
    def of(cls, seconds: float) -> Self:
        """Return limits that wait so long for a connection, and each statement."""
        return cls(statement_ms=max(1, round(seconds * 1000)), connect_seconds=seconds)


USUAL_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Scope:
    """What a reader is asked for beyond what the search path shows.

    Attributes:
        namespaces: PostgreSQL schemas that a model names explicitly.
        names: Expected table names; where one is not visible, the reader looks
            for it in the other namespaces (`Schema.elsewhere`).
    """

    namespaces: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Question:
    """An expression of one table that the server is to say in its own words.

    Attributes:
        table: The row source: actual columns, plus expected ones that are
            missing, so that both sides' texts compile.
        sql: The text.
        type: For `Role.VALUE`: the type of the column it is for.
    """

    table: Table = field(compare=False)
    table_name: str
    role: Role
    sql: str
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The server's words, or why it had none. Exactly one is set."""

    canonical: str | None = None
    problem: str | None = None


class Backend(ABC):
    """Reads one vendor's catalog. Never writes, never locks a user's table."""

    @abstractmethod
    def traits(self, connection: BaseDatabaseWrapper) -> Traits:
        """Return how this server keeps names and what the reader sees."""

    @abstractmethod
    def bounded(
        self, connection: BaseDatabaseWrapper, limits: Limits
    ) -> AbstractContextManager[None]:
        """Bound every wait on the server inside the block, and undo that after."""

    @abstractmethod
    def server_version(self, connection: BaseDatabaseWrapper) -> str:
        """Return the version as the vendor writes it, such as "15.18"."""

    @abstractmethod
    def read(self, connection: BaseDatabaseWrapper, scope: Scope) -> Schema:
        """Read the schema of the connected database; call inside `bounded`.

        Returns:
            Tables with columns in ordinal order, objects sorted by name, types
            in the catalog's spelling. What another look at the server has to tell
            is left to `complete`.

        Raises:
            DatabaseUnreadable: A catalog query failed or timed out.
        """

    @abstractmethod
    def canonical_type(self, type_name: str) -> str:
        """Return one spelling for all names of a type, arguments kept.

        Pure text rules: aliases, spaces, case, display widths. A type it does
        not know comes back as it is.
        """

    @abstractmethod
    def answer(
        self, connection: BaseDatabaseWrapper, questions: Iterable[Question]
    ) -> Mapping[Question, Answer]:
        """Let the server say each expression in its own words; read-only.

        Two answers of one table are equal exactly when the server takes both
        texts for the same expression. A text the server cannot compile gets a
        problem and never spoils the others.
        """

    def complete(
        self,
        connection: BaseDatabaseWrapper,
        schema: Schema,
        questions: Collection[Question],
    ) -> tuple[Schema, Mapping[Question, Answer]]:
        """Return a schema with what `read` left open, and what `answer` says.

        Both at once, for a server may be asked for both in one round trip. It is
        not asked at all where nothing is open and there is no question.
        """
        return schema, self.answer(connection, questions) if questions else {}

    def records(self, connection: BaseDatabaseWrapper) -> Sequence[Any] | None:
        """Return the rows of Django's record of migrations; call inside `bounded`.

        None where this backend knows no cheaper way than Django's.

        Raises:
            DatabaseError: It is there and cannot be read.
        """
        del connection
        return None

    def spared(self, connection: BaseDatabaseWrapper) -> AbstractContextManager[None]:
        """Let what the block reads fail with no harm to what is read after it.

        For statements of Django's own; call it inside `bounded`.
        """
        del connection
        return nullcontext()

    def token(self, connection: BaseDatabaseWrapper) -> str | None:
        """Return a word that changes when the schema does; None where there is none.

        A hint that a look may be left out, never the only evidence: it says nothing
        of rows, thus nothing of applied migrations and of sequences. Call it inside
        `bounded`.
        """
        del connection
        return None
