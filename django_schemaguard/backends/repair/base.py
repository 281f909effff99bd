"""What a writer does: it says in SQL how an object is added, and how undone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from django_schemaguard.backends.repair.statements import Statements

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import Model

    from django_schemaguard.core.plan import Stage, Target
    from django_schemaguard.core.schema import Index, Table, TableRef


class Standing(Enum):
    """How an object stands in the database."""

    ABSENT = "absent"
    BUILDING = "building"
    INVALID = "invalid"
    VALID = "valid"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an object comes from.

    Attributes:
        model: As the applied migrations leave it.
        table: What is expected of its table.
        together: `index_together` of historic states.
    """

    model: type[Model]
    table: Table
    together: Sequence[Sequence[str]] = ()

    def field(self, column: str) -> object | None:
        """Return the model's field of a column."""
        names = {it.name: it.field for it in self.table.columns}
        for each in self.model._meta.local_fields:  # noqa: SLF001
            if each.name == names.get(column):
                return each
        return None


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for beyond what is safe by itself.

    Attributes:
        backfill: Give the rows that are there a value each, in batches.
        accept_rewrite: A whole table may be rewritten under its strongest lock.
        keep_default: A default that only fills the rows that are there stays.
        invent: Data may be invented, such as a time of creation.
        row_limit: Rows up to which a table may be rewritten or scanned under lock.
    """

    backfill: bool = False
    accept_rewrite: bool = False
    keep_default: bool = False
    invent: bool = False
    row_limit: int = 10_000


@dataclass(frozen=True, slots=True)
class Work:
    """How something is added.

    Attributes:
        stages: In their order.
        notes: What the reader should know.
    """

    stages: tuple[Stage, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why something is not added.

    Attributes:
        query: The query that yields the keys of the offending rows; "" where rows
            are not the reason.
    """

    reason: str
    hint: str = ""
    query: str = ""


class Writer(ABC):
    """Writes the SQL of repairs for one server; never runs any of it.

    Its queries read the catalog, and rows where it has to be known whether any
    stand in the way.
    """

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        self.statements = Statements(connection)

    def quote(self, name: str) -> str:
        """Return a name as an identifier."""
        return self.connection.ops.quote_name(name)

    def name(self, ref: TableRef) -> str:
        """Return a table's name as SQL, with its namespace where it has one."""
        bare = self.quote(ref.name)
        return f"{self.quote(ref.namespace)}.{bare}" if ref.namespace else bare

    @abstractmethod
    def definition(self, target: Target) -> str | None:
        """Return what the catalog has of an object as text; None where it is not.

        Of a table it tells the columns, so that an index more is no other table.
        """

    @abstractmethod
    def standing(self, target: Target) -> Standing:
        """Return how an object stands."""

    @abstractmethod
    def rows(self, ref: TableRef) -> int | None:
        """Return about how many rows a table has; None where nobody counted."""

    @abstractmethod
    def create_table(self, source: Source) -> Work | Obstacle:
        """Return how a table is made, foreign keys to others aside."""

    @abstractmethod
    def add_column(
        self, source: Source, column: str, options: Options
    ) -> Work | Obstacle:
        """Return how a column is added, without what stands on it."""

    @abstractmethod
    def add_index(self, source: Source, index: Index) -> Work | Obstacle:
        """Return how an index is built."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The models of a database's tables.

    Attributes:
        by_model: By label, such as "shop.Order".
    """

    by_model: Mapping[str, Source] = field(default_factory=dict)

    def of(self, ref: TableRef) -> Source | None:
        """Return the source of a table; None where no model makes it."""
        return None if ref.model is None else self.by_model.get(ref.model)
