"""PostgreSQL: nearly all of it without long locks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from django_schemaguard._typing import override
from django_schemaguard.backends.repair import Obstacle, Work, offenders
from django_schemaguard.core.plan import Stage, Target
from django_schemaguard.core.schema import (
    Check,
    Deferral,
    ForeignKey,
    Identity,
    Index,
    Unique,
)
from django_schemaguard.repair.catalogued import known
from django_schemaguard.repair.catalogued.base import BY_HAND, UNTOLD, Catalogued

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.backends.postgresql.repair import PostgreSQLWriter
    from django_schemaguard.backends.repair.parts import Forbidden
    from django_schemaguard.core.schema import Column, TableObject

_NUMBERED = {Identity.ALWAYS: "ALWAYS", Identity.BY_DEFAULT: "BY DEFAULT"}


@dataclass(frozen=True, slots=True)
class PostgreSQLCatalogued(Catalogued):
    """Writes for PostgreSQL."""

    @property
    def _own(self) -> PostgreSQLWriter:
        return cast("PostgreSQLWriter", self.writer)

    @property
    @override
    def _moment(self) -> str:
        return f"ACCESS EXCLUSIVE on {self.ref.brief}, for a moment"

    @property
    def _aside(self) -> str:
        return f"SHARE UPDATE EXCLUSIVE on {self.ref.brief}; reads and writes go on"

    @override
    def unknown(self) -> Obstacle | None:
        return known.in_table(self._own, self.table)

    @override
    def unknown_column(self, column: Column) -> Obstacle | None:
        return known.in_columns(self._own, (column,))

    @override
    def unknown_object(
        self, thing: TableObject, columns: tuple[Column, ...]
    ) -> Obstacle | None:
        table = replace(self.table, columns=columns)
        return known.in_object(self._own, table, thing)

    @override
    def object(self, thing: TableObject) -> Work | Obstacle:
        match thing:
            case Index():
                return Work((self._build(thing, "INDEX"),)) if thing.name else UNTOLD
            case Unique():
                return self._unique(thing)
            case Check():
                text = f"CHECK ({thing.expression.sql})"
                rows = offenders.violators(self.writer, self.source, thing)
                return self._staged(thing, text, rows)
            case ForeignKey():
                return self._foreign_key(thing)
            case _:
                return Obstacle("Its index is built under ACCESS EXCLUSIVE.", BY_HAND)

    @override
    def whole(self) -> Work | Obstacle:
        inside = [self._definition(column) for column in self.table.columns]
        inside += self._primary_key()
        inside += [
            f"CONSTRAINT {self.writer.quote(it.name)} CHECK ({it.expression.sql})"
            for it in self.table.checks
        ]
        create = f"CREATE TABLE {self.name} ({', '.join(inside)})"
        return self._fresh(create, "nothing that is there")

    @override
    def beside(self) -> Iterator[TableObject]:
        yield from self.table.uniques
        yield from self.table.indexes
        yield from self.table.exclusions
        yield from self.table.foreign_keys

    @override
    def default(self, column: Column) -> Work | Obstacle:
        change, back = self._set_default(column)
        stage = Stage(
            (change,),
            Target("column", self.ref, column.name),
            due=self._own.column_where(self.ref, column.name, "NOT atthasdef"),
            lock=self._moment,
            locks=(self.ref,),
            reverse=(back,),
        )
        return Work((stage,))

    @override
    def _exclusive(self) -> tuple[str, ...]:
        return (f"LOCK TABLE {self.name} IN ACCESS EXCLUSIVE MODE",)

    @override
    def _definition(self, column: Column) -> str:
        words = [self.writer.quote(column.name), column.type]
        if column.collation:
            words.append(f"COLLATE {self._path(column.collation)}")
        if column.generated:
            kind = "STORED" if column.stored else "VIRTUAL"
            words.append(f"GENERATED ALWAYS AS ({column.generated.sql}) {kind}")
        elif column.identity:
            kind = _NUMBERED.get(column.identity, "BY DEFAULT")
            words.append(f"GENERATED {kind} AS IDENTITY")
        elif column.default:
            words.append(f"DEFAULT {self._value(column.default)}")
        if not column.nullable:
            words.append("NOT NULL")
        return " ".join(words)

    def _build(self, index: Index | Unique, word: str) -> Stage:
        text = self._create_index(index, index.method)
        beside = self._own.beside(self.ref, index.name)
        drop = f"DROP INDEX CONCURRENTLY IF EXISTS {beside}"
        return Stage(
            (f"CREATE {word} CONCURRENTLY {text}",),
            Target("index", self.ref, index.name),
            atomic=False,
            lock=self._aside,
            locks=(self.ref,),
            patient=True,
            reverse=(drop,),
            cleanup=(drop,),
        )

    def _unique(self, unique: Unique) -> Work | Obstacle:
        if not unique.name:
            return UNTOLD
        forbidden = (offenders.repeated(self.writer, self.source, unique),)
        index = self._build(unique, "UNIQUE INDEX")
        if not unique.constraint:
            return Work((index,), (), forbidden)
        name = self.writer.quote(unique.name)
        late = _deferral(unique.deferral)
        add = f"ALTER TABLE {self.name} ADD CONSTRAINT {name}"
        constraint = Stage(
            (f"{add} UNIQUE USING INDEX {name}{late}",),
            Target("constraint", self.ref, unique.name),
            due=self._own.unattached(self.ref, unique.name),
            lock=self._moment,
            locks=(self.ref,),
            reverse=(f"ALTER TABLE {self.name} DROP CONSTRAINT {name}",),
        )
        return Work((index, constraint), (), forbidden)

    def _foreign_key(self, key: ForeignKey) -> Work:
        text = f"FOREIGN KEY ({self._names(key.columns)}) {self._reference(key)}"
        rows = offenders.orphans(self.writer, self.source, key)
        return self._staged(key, text + _deferral(key.deferral), rows)

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
            lock=self._moment,
            locks=locks,
            reverse=(drop,),
        )
        validate = Stage(
            (f"ALTER TABLE {self.name} VALIDATE CONSTRAINT {name}",),
            target,
            due=self._own.unvalidated(self.ref, thing.name),
            atomic=False,
            lock=self._aside,
            locks=(self.ref,),
            cleanup=(drop,),
        )
        return Work((add, validate), (), (forbidden,))


def _deferral(deferral: Deferral) -> str:
    return "" if deferral is Deferral.NOT_DEFERRABLE else f" {deferral.upper()}"
