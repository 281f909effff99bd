"""What writers by catalog have in common; each server's module says the rest."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard.backends.repair import Obstacle, Source, Work
from django_schemaguard.core.plan import NO_GUARD, Guard, Stage, Target
from django_schemaguard.core.schema import TableRef, Unique

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.backends.repair import Writer
    from django_schemaguard.core.schema import (
        Column,
        Expression,
        ForeignKey,
        Index,
        Key,
        Table,
        TableObject,
    )

# A default that is one value for all rows: no server writes them for it.
_CONSTANT = re.compile(
    r"""\(*(?: '(?:[^']|'')*' | -?\d+(?:\.\d+)? | true | false )\)*
    (?: :: [a-z][a-z0-9 ]* (?:\([\d, ]*\))? [a-z ]* (?:\[\])? )?\Z""",
    re.VERBOSE | re.IGNORECASE,
)
BY_HAND = "Make it by a migration, or by hand."
UNTOLD = Obstacle("The catalog does not tell all of it.", BY_HAND)


@dataclass(frozen=True, slots=True)
class Catalogued(ABC):
    """Writes SQL for objects as a catalog has them; never runs any.

    Attributes:
        writer: Of the server that the objects are made on.
        table: The table as it is in the other database.
    """

    writer: Writer
    table: Table
    atomic: ClassVar[bool] = True  # DDL is undone with its transaction.

    @property
    @abstractmethod
    def _moment(self) -> str:
        """The lock of a change of the catalog alone, for people."""

    @property
    def ref(self) -> TableRef:
        """The table's address."""
        return TableRef(self.table.namespace, self.table.name)

    @property
    def name(self) -> str:
        """The table's name as SQL."""
        return self.writer.name(self.ref)

    @property
    def source(self) -> Source:
        """What the queries for rows in the way are made of; no model makes it."""
        return Source(None, self.table)  # type: ignore[arg-type]

    @abstractmethod
    def object(self, thing: TableObject) -> Work | Obstacle:
        """Return how an index or constraint is made."""

    @abstractmethod
    def whole(self) -> Work | Obstacle:
        """Return how the table is made, without what `beside` yields."""

    @abstractmethod
    def beside(self) -> Iterator[TableObject]:
        """Yield what is made after the table."""

    @abstractmethod
    def default(self, column: Column) -> Work | Obstacle:
        """Return how a column gets the default that it lacks."""

    @abstractmethod
    def _definition(self, column: Column) -> str:
        """Return a column as CREATE TABLE has it, its name included."""

    @abstractmethod
    def _exclusive(self) -> tuple[str, ...]:
        """Return what keeps others out while it is looked for what would be lost."""

    def column(self, column: Column) -> Work | Obstacle:
        """Return how a column is added, where no row has to be written for it."""
        obstacle = self.beyond(column)
        if obstacle is not None:
            return obstacle
        change, quoted = f"ALTER TABLE {self.name}", self.writer.quote(column.name)
        other = (
            f" AND {quoted} <> {self._value(column.default)}" if column.default else ""
        )
        held = Guard(
            self._exclusive(),
            self._any(f" WHERE {quoted} IS NOT NULL{other}"),
            f"column '{self.ref.brief}.{column.name}' holds values of its own",
        )
        rows = Guard(
            self._exclusive(), self._any(""), f"table '{self.ref.brief}' got rows"
        )
        stage = Stage(
            (f"{change} ADD COLUMN {self._addition(column)}",),
            Target("column", self.ref, column.name),
            atomic=self.atomic,
            lock=self._moment,
            locks=(self.ref,),
            reverse=(f"{change} DROP COLUMN {quoted}",),
            guard=held,
            precheck=rows if _needs_value(column) else NO_GUARD,
        )
        return Work((stage,))

    def unknown(self) -> Obstacle | None:
        """Return what the table needs that the server does not know; None for nothing.

        Such as the type of an extension that it has not.
        """
        return None

    def unknown_column(self, column: Column) -> Obstacle | None:
        """Return what a column needs that the server does not know."""
        del column
        return None

    def unknown_object(
        self, thing: TableObject, columns: tuple[Column, ...]
    ) -> Obstacle | None:
        """Return what an index or constraint needs that the server does not know.

        Args:
            thing: The index or constraint.
            columns: Those that the table will have then.
        """
        del thing, columns
        return None

    def beyond(self, column: Column) -> Obstacle | None:
        """Return why a column cannot be added; None where it can."""
        if column.generated or column.identity:
            return Obstacle("It would write every row.", BY_HAND)
        if not _needs_value(column) or not self.writer.filled(self.ref):
            return None
        if column.default:
            return Obstacle("Its default is no constant, and rows are there.", BY_HAND)
        reason = "It is NOT NULL, and rows that are there would have no value."
        return Obstacle(reason, BY_HAND)

    def inside(self, thing: TableObject, column: Column) -> bool:
        """Return whether a constraint is made together with a column it stands on."""
        del thing, column
        return False

    def _addition(self, column: Column) -> str:
        """Return what follows ADD COLUMN."""
        return self._definition(column)

    def _set_default(self, column: Column) -> tuple[str, str]:
        """Return the statement that gives a column its default, and its reverse."""
        name, value = self.writer.quote(column.name), self._value(column.default)
        change = f"ALTER TABLE {self.name} ALTER COLUMN {name}"
        return f"{change} SET DEFAULT {value}", f"{change} DROP DEFAULT"

    def _value(self, default: Expression | None) -> str:
        if default is None:
            return "NULL"
        return default.sql if _is_constant(default) else f"({default.sql})"

    def _fresh(self, create: str, lock: str) -> Work:
        """Return the work of making the table."""
        stage = Stage(
            (create,),
            Target("table", self.ref),
            atomic=self.atomic,
            lock=lock,
            reverse=(f"DROP TABLE {self.name}",),
            guard=Guard(
                self._exclusive(), self._any(""), f"table '{self.ref.brief}' has rows"
            ),
        )
        return Work((stage,))

    def _create_index(self, index: Index | Unique, method: str = "") -> str:
        """Return CREATE INDEX, from the name of the index on."""
        parts = [f"{self.writer.quote(index.name)} ON {self.name}"]
        if method:
            parts.append(f"USING {method}")
        parts.append(self._keys(index.keys))
        if index.include:
            parts.append(f"INCLUDE ({self._names(index.include)})")
        if isinstance(index, Unique) and not index.nulls_distinct:
            parts.append("NULLS NOT DISTINCT")
        if index.options:
            parts.append(f"WITH ({', '.join(index.options)})")
        if index.condition:
            parts.append(f"WHERE {index.condition.sql}")
        return " ".join(parts)

    def _keys(self, keys: tuple[Key, ...]) -> str:
        return f"({', '.join(map(self._key, keys))})"

    def _key(self, key: Key) -> str:
        words = [self.writer.quote(key.column) if key.column else _in(key.expression)]
        if key.length is not None:
            words[0] += f"({key.length})"
        if key.collation:
            words.append(f"COLLATE {self._path(key.collation)}")
        if key.opclass:
            words.append(key.opclass)
        if key.descending:
            words.append("DESC")
        if key.nulls_first is not None:
            words.append("NULLS FIRST" if key.nulls_first else "NULLS LAST")
        return " ".join(words)

    def _path(self, name: str) -> str:
        return ".".join(map(self.writer.quote, name.split(".")))

    def _reference(self, key: ForeignKey) -> str:
        """Return a foreign key from REFERENCES on."""
        columns = self._names(key.target_columns)
        text = f"REFERENCES {self.writer.name(key.target)} ({columns})"
        for event, action in (("DELETE", key.on_delete), ("UPDATE", key.on_update)):
            text += "" if action == "NO ACTION" else f" ON {event} {action}"
        return text

    def _primary_key(self) -> list[str]:
        key = self.table.primary_key
        if key is None:
            return []
        name = f"CONSTRAINT {self.writer.quote(key.name)} " if key.name else ""
        return [f"{name}PRIMARY KEY ({self._names(key.columns)})"]

    def _names(self, names: tuple[str, ...]) -> str:
        return ", ".join(map(self.writer.quote, names))

    def _any(self, condition: str) -> str:
        return f"SELECT 1 FROM {self.name}{condition} LIMIT 1"  # noqa: S608  Quoted.


def _needs_value(column: Column) -> bool:
    """Return whether a row that is there would be given a value of its own."""
    if column.default is None:
        return not column.nullable
    return not _is_constant(column.default)


def _is_constant(default: Expression) -> bool:
    return _CONSTANT.match(default.sql.strip()) is not None


def _in(expression: Expression | None) -> str:
    return f"({expression.sql})" if expression else "NULL"
