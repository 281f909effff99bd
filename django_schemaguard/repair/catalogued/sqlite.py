"""SQLite: whole tables, columns and indexes; constraints only with a new table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django_schemaguard._typing import override
from django_schemaguard.backends.repair import Obstacle, Options, Work, offenders
from django_schemaguard.backends.repair.parts import Forbidden
from django_schemaguard.core.plan import Stage, Target
from django_schemaguard.core.schema import (
    Check,
    Deferral,
    ForeignKey,
    Identity,
    Index,
    Unique,
)
from django_schemaguard.repair.catalogued.base import UNTOLD, Catalogued

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.schema import Column, TableObject


@dataclass(frozen=True, slots=True)
class SQLiteCatalogued(Catalogued):
    """Writes for SQLite."""

    @property
    @override
    def _moment(self) -> str:
        return "the database's write lock; readers go on"

    @override
    def object(self, thing: TableObject) -> Work | Obstacle:
        match thing:
            case Unique(constraint=False) | Index():
                return self._index(thing)
            case Unique():
                return self.writer.refused(
                    "add a unique constraint that is no index", self.source
                )
            case Check():
                return self.writer.add_check(self.source, thing, Options())
            case ForeignKey():
                return self.writer.add_foreign_key(self.source, thing)
            case _:
                return UNTOLD

    @override
    def whole(self) -> Work | Obstacle:
        table = self.table
        if any(unique.options for unique in table.uniques):
            return UNTOLD
        inside = [self._definition(column) for column in table.columns]
        if not any(column.identity for column in table.columns):
            inside += self._primary_key()
        for unique in table.uniques:
            if unique.constraint:
                inside.append(f"{self._called(unique)}UNIQUE {self._keys(unique.keys)}")
        for check in table.checks:
            inside.append(f"{self._called(check)}CHECK ({check.expression.sql})")
        for key in table.foreign_keys:
            columns = self._names(key.columns)
            text = f"FOREIGN KEY ({columns}) {self._reference(key)}"
            inside.append(self._called(key) + text)
        return self._fresh(
            f"CREATE TABLE {self.name} ({', '.join(inside)})", self._moment
        )

    @override
    def beside(self) -> Iterator[TableObject]:
        yield from (it for it in self.table.uniques if not it.constraint)
        yield from self.table.indexes

    @override
    def default(self, column: Column) -> Work | Obstacle:
        return self.writer.set_default(self.source, column.name)

    @override
    def beyond(self, column: Column) -> Obstacle | None:
        rigid = column.default is not None or not column.nullable
        if rigid and any(self.inside(it, column) for it in self.table.foreign_keys):
            return self.writer.refused(
                "add a foreign key with a value in every row", self.source
            )
        # A slot in a zero-argument super() would be that of the class before slots.
        return Catalogued.beyond(self, column)

    @override
    def inside(self, thing: TableObject, column: Column) -> bool:
        return isinstance(thing, ForeignKey) and thing.columns == (column.name,)

    @override
    def _addition(self, column: Column) -> str:
        words = [self._definition(column)]
        words += [
            self._called(key) + self._reference(key)
            for key in self.table.foreign_keys
            if self.inside(key, column)
        ]
        return " ".join(words)

    @override
    def _exclusive(self) -> tuple[str, ...]:
        return ()

    @override
    def _definition(self, column: Column) -> str:
        words = [self.writer.quote(column.name), column.type]
        if not column.nullable:
            words.append("NOT NULL")
        if column.identity:
            words.append("PRIMARY KEY")
        if column.identity is Identity.AUTOINCREMENT:
            words.append("AUTOINCREMENT")
        if column.collation:
            words.append(f"COLLATE {column.collation}")
        if column.generated:
            kind = "STORED" if column.stored else "VIRTUAL"
            words.append(f"GENERATED ALWAYS AS ({column.generated.sql}) {kind}")
        elif column.default:
            words.append(f"DEFAULT {self._value(column.default)}")
        return " ".join(words)

    @override
    def _reference(self, key: ForeignKey) -> str:
        text = Catalogued._reference(self, key)  # noqa: SLF001  Its own base.
        late = key.deferral is not Deferral.NOT_DEFERRABLE
        return f"{text} {key.deferral.upper()}" if late else text

    def _called(self, thing: Unique | Check | ForeignKey) -> str:
        # SQLite's own names are kept for its indexes.
        named = thing.name and not thing.name.startswith("sqlite_autoindex_")
        return f"CONSTRAINT {self.writer.quote(thing.name)} " if named else ""

    def _index(self, index: Index | Unique) -> Work | Obstacle:
        problems = [key.expression for key in index.keys] + [index.condition]
        if not index.name or any(it and it.problem for it in problems):
            return UNTOLD
        word, rows = "INDEX", tuple[Forbidden, ...]()
        if isinstance(index, Unique):
            word = "UNIQUE INDEX"
            rows = (offenders.repeated(self.writer, self.source, index),)
        name = self.writer.quote(index.name)
        stage = Stage(
            (f"CREATE {word} {self._create_index(index)}",),
            Target("index", self.ref, index.name),
            lock=self._moment,
            reverse=(f"DROP INDEX {name}",),
        )
        return Work((stage,), (), rows)
