"""What a writer does: it says in SQL how an object is added, and how undone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from django_schemaguard.backends.home import address
from django_schemaguard.backends.identifiers import identifier
from django_schemaguard.backends.repair import filling, offenders
from django_schemaguard.backends.repair.parts import (
    NO_KEY,
    Obstacle,
    Options,
    Source,
    Standing,
    Work,
)
from django_schemaguard.backends.repair.statements import Statements
from django_schemaguard.core.plan import Guard, Stage, Target

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.schema import (
        Check,
        Column,
        Exclusion,
        ForeignKey,
        Index,
        PrimaryKey,
        TableRef,
        Unique,
    )


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
        return identifier(self.connection, name)

    def name(self, ref: TableRef) -> str:
        """Return a table's name as SQL, with its namespace where it has one."""
        return address(self.connection, ref)

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

    def alone(self, ref: TableRef) -> tuple[str, ...]:
        """Return what keeps all others out of a table; nothing where none is needed."""
        del ref
        return ()

    def created(self, ref: TableRef, statements: tuple[str, ...], lock: str) -> Stage:
        """Return the stage that makes a table, which is dropped again while empty."""
        name = self.name(ref)
        return Stage(
            statements,
            Target("table", ref),
            atomic=bool(self.connection.features.can_rollback_ddl),
            lock=lock,
            reverse=(f"DROP TABLE {name}",),
            guard=Guard(
                self.alone(ref),
                f"SELECT 1 FROM {name} LIMIT 1",
                f"table '{ref.brief}' holds rows",
            ),
        )

    def filled(self, ref: TableRef) -> bool:
        """Return whether the table has any row."""
        return self.any(f"SELECT 1 FROM {self.name(ref)} LIMIT 1")

    def larger(self, ref: TableRef, limit: int) -> bool:
        """Return whether the table has more rows than that."""
        rows = f"SELECT 1 FROM {self.name(ref)} LIMIT {int(limit) + 1}"
        return self.any(f"SELECT 1 FROM ({rows}) AS t HAVING count(*) > {int(limit)}")

    def any(self, query: str) -> bool:
        """Return whether a query yields a row."""
        with self.connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone() is not None

    def filled_in(self, source: Source, columns: tuple[str, ...]) -> str:
        """Return the query for rows that have a value in each of the columns."""
        return offenders.filled_in(self, source, columns)

    def set_not_null(
        self, source: Source, column: str, options: Options
    ) -> Work | Obstacle:
        """Return how a column that accepts NULL is filled, and made to reject it."""
        stages = self.not_null(source, column)
        if isinstance(stages, Obstacle):
            return stages
        if not options.backfill:
            reason = "NOT NULL is set only where it is asked for."
            return Obstacle(reason, "Ask for it with --backfill.")
        forbidden = offenders.nulls(self, source, column)
        field: Any = source.field(column)
        if not field.has_default() or not self.any(f"{forbidden.query} LIMIT 1"):
            return Work(stages, forbidden=(forbidden,))
        if source.table.primary_key is None:
            return NO_KEY
        target = Target("column", source.table.ref, column)
        batches = filling.backfill(self, source, column)
        lock = f"the rows of a batch of {source.table.ref.brief}"
        fill = Stage(
            (), target, atomic=False, lock=lock, kept=filling.KEPT, backfill=batches
        )
        return Work((fill, *stages), (f"NULL in '{column}' becomes the default.",))

    def invalid(self, ref: TableRef, name: str) -> str:
        """Return a query that yields a row where an index is invalid; "" for never."""
        del ref, name
        return ""

    def differs(self, name: str, value: str, field: object) -> str:
        """Return the condition that a column has another value, NULL included."""
        del field
        return f"({name} IS NULL OR {name} <> {value})"

    def refused(self, what: str, source: Source) -> Obstacle:
        """Return the obstacle of what this server cannot do without a remake."""
        name = "MariaDB" if self.connection.vendor == "mysql" else "SQLite"
        reason = f"{name} cannot {what} without making the table anew."
        return Obstacle(reason, self.remaking(source))

    def remaking(self, source: Source) -> str:
        """Return how a table is made anew, as a hint."""
        del source
        return "Make the table anew, in a quiet hour."

    def worked_out(self, field: object) -> str | None:
        """Return what a field's default gives all rows now; None where they differ."""
        del field
        return None

    @abstractmethod
    def create_table(self, source: Source) -> Work | Obstacle:
        """Return how a table is made, foreign keys to others aside."""

    @abstractmethod
    def add_column(
        self, source: Source, column: str, options: Options
    ) -> Work | Obstacle:
        """Return how a column is added, without what stands on it."""

    @abstractmethod
    def not_null(self, source: Source, column: str) -> tuple[Stage, ...] | Obstacle:
        """Return how NULL is kept out, once there is none."""

    @abstractmethod
    def add_index(self, source: Source, index: Index) -> Work | Obstacle:
        """Return how an index is built."""

    @abstractmethod
    def add_unique(self, source: Source, unique: Unique) -> Work | Obstacle:
        """Return how a unique constraint or index is added."""

    @abstractmethod
    def add_check(
        self, source: Source, check: Check, options: Options
    ) -> Work | Obstacle:
        """Return how a check is added."""

    @abstractmethod
    def add_foreign_key(self, source: Source, key: ForeignKey) -> Work | Obstacle:
        """Return how a foreign key is added."""

    @abstractmethod
    def add_primary_key(self, source: Source, key: PrimaryKey) -> Work | Obstacle:
        """Return how a table without a primary key gets its own."""

    @abstractmethod
    def set_default(self, source: Source, column: str) -> Work | Obstacle:
        """Return how a column that has no default gets its own."""

    @abstractmethod
    def set_comment(self, source: Source, column: str | None) -> Work | Obstacle:
        """Return how a table or column that has no comment gets its own."""

    @abstractmethod
    def number(self, source: Source, column: str, options: Options) -> Work | Obstacle:
        """Return how a column is made to number its rows."""

    def add_exclusion(
        self, source: Source, exclusion: Exclusion, options: Options
    ) -> Work | Obstacle:
        """Return how an exclusion constraint is added; PostgreSQL alone has them."""
        del source, exclusion, options
        return Obstacle("Only PostgreSQL has exclusion constraints.")

    def rebuild_index(self, source: Source, index: Index | Unique) -> Work | Obstacle:
        """Return how an invalid index is built anew; PostgreSQL alone has them."""
        del source, index
        return Obstacle("Only PostgreSQL has invalid indexes.")

    def use_index(self, source: Source, index: Index | Unique) -> Work | Obstacle:
        """Return how an index is used again; MariaDB alone has some that are not."""
        del source, index
        return Obstacle("Only MariaDB has indexes that are ignored.")

    def validate(
        self, source: Source, constraint: Check | ForeignKey | Column
    ) -> Work | Obstacle:
        """Return how a constraint is validated; PostgreSQL alone defers that."""
        del source, constraint
        return Obstacle("Only PostgreSQL adds constraints that are not validated.")

    def raise_sequence(self, source: Source, column: str) -> Work | Obstacle:
        """Return how a sequence is put above the highest number in use."""
        del source, column
        return Obstacle("Only PostgreSQL has sequences that fall behind.")

    def own_sequence(
        self, source: Source, column: str, sequence: str
    ) -> Work | Obstacle:
        """Return how a column is made to own the sequence that numbers it."""
        del source, column, sequence
        return Obstacle("Only PostgreSQL has sequences.")

    def create_extension(self, name: str) -> Work | Obstacle:
        """Return how an extension is installed; PostgreSQL alone has them."""
        del name
        return Obstacle("Only PostgreSQL has extensions.")
