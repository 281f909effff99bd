"""How an object of one database is made in another, by what its catalog tells of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django_schemaguard.backends.repair import Obstacle, Work, offenders
from django_schemaguard.backends.repair.parts import Forbidden, Source
from django_schemaguard.core.plan import Guard, Stage, Target
from django_schemaguard.core.schema import (
    Check,
    Deferral,
    ForeignKey,
    Identity,
    Index,
    TableRef,
    Unique,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.backends.repair import Writer
    from django_schemaguard.core.schema import (
        Column,
        Expression,
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
_BY_HAND = "Make it by a migration, or by hand."
_NUMBERED = {Identity.ALWAYS: "ALWAYS", Identity.BY_DEFAULT: "BY DEFAULT"}


@dataclass(frozen=True, slots=True)
class Catalogued:
    """Writes SQL for objects as a catalog has them; never runs any.

    Attributes:
        writer: Of the server that the objects are made on.
        table: The table as it is in the other database.
    """

    writer: Writer
    table: Table

    @property
    def ref(self) -> TableRef:
        """The table's address."""
        return TableRef(self.table.namespace, self.table.name)

    @property
    def name(self) -> str:
        """The table's name as SQL."""
        return self.writer.name(self.ref)

    @property
    def postgresql(self) -> bool:
        """Whether the server is PostgreSQL, which can do most without long locks."""
        return bool(self.writer.connection.vendor == "postgresql")

    def column(self, column: Column) -> Work | Obstacle:
        """Return how a column is added, where no row has to be written for it."""
        if column.generated or column.identity:
            return Obstacle("It would write every row.", _BY_HAND)
        if column.default and not _CONSTANT.match(column.default.sql.strip()):
            return Obstacle("Its default is no constant.", _BY_HAND)
        if not column.nullable and not column.default:
            reason = "It is NOT NULL, and rows that are there would have no value."
            return Obstacle(reason, _BY_HAND)
        quoted = self.writer.quote(column.name)
        definition = self._column(column)
        other = f" AND {quoted} <> {column.default.sql}" if column.default else ""
        guard = Guard(
            self._exclusive(),
            self._any(f" WHERE {quoted} IS NOT NULL{other}"),
            f"column '{self.ref.brief}.{column.name}' holds values of its own",
        )
        stage = Stage(
            (f"ALTER TABLE {self.name} ADD COLUMN {definition}",),
            Target("column", self.ref, column.name),
            lock=f"ACCESS EXCLUSIVE on {self.ref.brief}, for a moment",
            locks=(self.ref,),
            reverse=(f"ALTER TABLE {self.name} DROP COLUMN {quoted}",),
            guard=guard,
        )
        return Work((stage,))

    def object(self, thing: TableObject) -> Work | Obstacle:
        """Return how an index or constraint is made."""
        match thing:
            case Index():
                return self._index(thing)
            case Unique() if not thing.constraint or self.postgresql:
                return self._unique(thing)
            case Check() if self.postgresql:
                text = f"CHECK ({thing.expression.sql})"
                return self._staged(
                    thing, text, offenders.violators(self.writer, self._source, thing)
                )
            case ForeignKey() if self.postgresql:
                return self._foreign_key(thing)
            case _:
                return Obstacle("It would lock or remake the table.", _BY_HAND)

    @property
    def _source(self) -> Source:
        return Source(None, self.table)  # type: ignore[arg-type]  # No model makes it.

    def _index(self, index: Index) -> Work | Obstacle:
        if not index.name or any(key.length for key in index.keys):
            return Obstacle("The catalog does not tell all of it.", _BY_HAND)
        method = index.method if self.postgresql else ""
        if not self.postgresql and index.method.lower() != "btree":
            return Obstacle("The catalog does not tell all of it.", _BY_HAND)
        return Work((self._build(index, "INDEX", method),))

    def _build(self, index: Index | Unique, word: str, method: str) -> Stage:
        name = self.writer.quote(index.name)
        parts = [self.name]
        if method:
            parts.append(f"USING {method}")
        parts.append(f"({', '.join(map(self._key, index.keys))})")
        if index.include:
            parts.append(f"INCLUDE ({self._names(index.include)})")
        if isinstance(index, Unique) and not index.nulls_distinct:
            parts.append("NULLS NOT DISTINCT")
        if index.options:
            parts.append(f"WITH ({', '.join(index.options)})")
        if index.condition:
            parts.append(f"WHERE {index.condition.sql}")
        if not self.postgresql:
            on = f" ON {self.name}" if self.writer.connection.vendor == "mysql" else ""
            return Stage(
                (f"CREATE {word} {name} ON {' '.join(parts)}",),
                Target("index", self.ref, index.name),
                locks=(self.ref,),
                reverse=(f"DROP INDEX {name}{on}",),
            )
        drop = f"DROP INDEX CONCURRENTLY IF EXISTS {self._beside(index.name)}"
        return Stage(
            (f"CREATE {word} CONCURRENTLY {name} ON {' '.join(parts)}",),
            Target("index", self.ref, index.name),
            atomic=False,
            lock=f"SHARE UPDATE EXCLUSIVE on {self.ref.brief}; reads and writes go on",
            locks=(self.ref,),
            patient=True,
            reverse=(drop,),
            cleanup=(drop,),
        )

    def _unique(self, unique: Unique) -> Work | Obstacle:
        if not unique.name:
            return Obstacle("The catalog does not tell all of it.", _BY_HAND)
        forbidden = (offenders.repeated(self.writer, self._source, unique),)
        method = unique.method if self.postgresql else ""
        index = self._build(unique, "UNIQUE INDEX", method)
        if not unique.constraint:
            return Work((index,), (), forbidden)
        name = self.writer.quote(unique.name)
        late = _deferral(unique.deferral)
        add = f"ALTER TABLE {self.name} ADD CONSTRAINT {name}"
        constraint = Stage(
            (f"{add} UNIQUE USING INDEX {name}{late}",),
            Target("constraint", self.ref, unique.name),
            due=self.writer.unattached(self.ref, unique.name),  # type: ignore[attr-defined]
            lock=f"ACCESS EXCLUSIVE on {self.ref.brief}, for a moment",
            locks=(self.ref,),
            reverse=(f"ALTER TABLE {self.name} DROP CONSTRAINT {name}",),
        )
        return Work((index, constraint), (), forbidden)

    def _foreign_key(self, key: ForeignKey) -> Work | Obstacle:
        if self.writer.definition(Target("table", key.target)) is None:
            return Obstacle(
                f"Table '{key.target.brief}' is not there.", "Run it again."
            )
        forbidden = offenders.orphans(self.writer, self._source, key)
        return self._staged(key, self._reference(key), forbidden)

    def _reference(self, key: ForeignKey) -> str:
        text = (
            f"FOREIGN KEY ({self._names(key.columns)}) REFERENCES"
            f" {self.writer.name(key.target)} ({self._names(key.target_columns)})"
        )
        for event, action in (("DELETE", key.on_delete), ("UPDATE", key.on_update)):
            text += "" if action == "NO ACTION" else f" ON {event} {action}"
        return text + _deferral(key.deferral)

    def _staged(
        self, thing: Check | ForeignKey, text: str, forbidden: Forbidden
    ) -> Work:
        name = self.writer.quote(thing.name)
        target = Target("constraint", self.ref, thing.name)
        drop = f"ALTER TABLE {self.name} DROP CONSTRAINT IF EXISTS {name}"
        locks = (self.ref, *([thing.target] if isinstance(thing, ForeignKey) else []))
        add = Stage(
            (f"ALTER TABLE {self.name} ADD CONSTRAINT {name} {text} NOT VALID",),
            target,
            lock=f"ACCESS EXCLUSIVE on {self.ref.brief}, for a moment",
            locks=locks,
            reverse=(drop,),
        )
        validate = Stage(
            (f"ALTER TABLE {self.name} VALIDATE CONSTRAINT {name}",),
            target,
            due=self.writer.unvalidated(self.ref, thing.name),  # type: ignore[attr-defined]
            atomic=False,
            lock=f"SHARE UPDATE EXCLUSIVE on {self.ref.brief}; reads and writes go on",
            locks=(self.ref,),
            cleanup=(drop,),
        )
        return Work((add, validate), (), (forbidden,))

    def whole(self) -> Work | Obstacle:
        """Return how the table is made, foreign keys aside."""
        if not self.postgresql:
            return Obstacle("Its catalog does not tell all of it.", _BY_HAND)
        inside = [self._column(column) for column in self.table.columns]
        key = self.table.primary_key
        if key is not None:
            name = self.writer.quote(key.name)
            inside.append(f"CONSTRAINT {name} PRIMARY KEY ({self._names(key.columns)})")
        inside += [
            f"CONSTRAINT {self.writer.quote(it.name)} CHECK ({it.expression.sql})"
            for it in self.table.checks
        ]
        stage = Stage(
            (f"CREATE TABLE {self.name} ({', '.join(inside)})",),
            Target("table", self.ref),
            lock="nothing that is there",
            reverse=(f"DROP TABLE {self.name}",),
            guard=Guard(
                self._exclusive(),
                self._any(""),
                f"table '{self.ref.brief}' has rows",
            ),
        )
        return Work((stage,))

    def beside(self) -> Iterator[TableObject]:
        """Yield what is made after the table."""
        yield from self.table.uniques
        yield from self.table.indexes
        yield from self.table.foreign_keys

    def _exclusive(self) -> tuple[str, ...]:
        """Return what keeps others out while it is looked for what would be lost."""
        if not self.postgresql:
            return ()
        return (f"LOCK TABLE {self.name} IN ACCESS EXCLUSIVE MODE",)

    def _any(self, condition: str) -> str:
        return f"SELECT 1 FROM {self.name}{condition} LIMIT 1"  # noqa: S608  Quoted.

    def _column(self, column: Column) -> str:
        words = [self.writer.quote(column.name), column.type]
        if column.collation:
            path = ".".join(map(self.writer.quote, column.collation.split(".")))
            words.append(f"COLLATE {path}")
        if column.generated:
            words.append(f"GENERATED ALWAYS AS ({column.generated.sql}) STORED")
        elif column.identity:
            kind = _NUMBERED.get(column.identity, "BY DEFAULT")
            words.append(f"GENERATED {kind} AS IDENTITY")
        elif column.default:
            words.append(f"DEFAULT {column.default.sql}")
        if not column.nullable:
            words.append("NOT NULL")
        return " ".join(words)

    def _key(self, key: Key) -> str:
        words = [self.writer.quote(key.column) if key.column else _in(key.expression)]
        if key.collation:
            path = ".".join(map(self.writer.quote, key.collation.split(".")))
            words.append(f"COLLATE {path}")
        if key.opclass:
            words.append(key.opclass)
        if key.descending:
            words.append("DESC")
        if key.nulls_first is not None:
            words.append("NULLS FIRST" if key.nulls_first else "NULLS LAST")
        return " ".join(words)

    def _names(self, names: tuple[str, ...]) -> str:
        return ", ".join(map(self.writer.quote, names))

    def _beside(self, name: str) -> str:
        return self.writer.beside(self.ref, name)  # type: ignore[attr-defined,no-any-return]


def _in(expression: Expression | None) -> str:
    return f"({expression.sql})" if expression else "NULL"


def _deferral(deferral: Deferral) -> str:
    return "" if deferral is Deferral.NOT_DEFERRABLE else f" {deferral.upper()}"
