"""Writes repairs for SQLite: what ALTER TABLE and CREATE can do, and no remake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django_schemaguard._typing import override
from django_schemaguard.backends.repair.base import (
    Obstacle,
    Options,
    Source,
    Standing,
    Work,
    Writer,
)
from django_schemaguard.core.plan import Guard, Stage, Target

if TYPE_CHECKING:
    from django_schemaguard.core.schema import Index, TableRef

_LOCK = "the database's write lock; readers go on"


class SQLiteWriter(Writer):
    """Writes for SQLite; `BEGIN IMMEDIATE` is its only lock."""

    @override
    def definition(self, target: Target) -> str | None:
        match target.kind:
            case "table":
                return self._text("table", target.table.name, None)
            case "index":
                return self._text("index", target.name, target.table.name)
            case "column":
                return self._column(target)
            case _:
                return None

    def _text(self, kind: str, name: str, table: str | None) -> str | None:
        sql = (
            "SELECT sql FROM sqlite_master WHERE type = %s AND lower(name) = lower(%s)"
        )
        params = [kind, name]
        if table is not None:
            sql += " AND lower(tbl_name) = lower(%s)"
            params.append(table)
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)
            row = cursor.fetchone()
        return None if row is None else str(row[0])

    def _column(self, target: Target) -> str | None:
        sql = (
            'SELECT type, "notnull", dflt_value, pk, hidden'
            " FROM pragma_table_xinfo(%s) WHERE lower(name) = lower(%s)"
        )
        with self.connection.cursor() as cursor:
            cursor.execute(sql, [target.table.name, target.name])
            row = cursor.fetchone()
        return None if row is None else repr(tuple(row))

    @override
    def standing(self, target: Target) -> Standing:
        found = self.definition(target)
        return Standing.ABSENT if found is None else Standing.VALID

    @override
    def rows(self, ref: TableRef) -> int | None:
        name = self.name(ref)
        with self.connection.cursor() as cursor:
            cursor.execute(f"SELECT max(rowid) FROM {name}")
            row = cursor.fetchone()
        return int(row[0] or 0)

    @override
    def create_table(self, source: Source) -> Work | Obstacle:
        ref, name = source.table.ref, self.name(source.table.ref)
        made = self.statements.table(source.model, source.together)
        return Work(
            (
                Stage(
                    made.all,
                    Target("table", ref),
                    lock=_LOCK,
                    reverse=(f"DROP TABLE {name}",),
                    guard=Guard(
                        loss=f"SELECT 1 FROM {name} LIMIT 1",
                        says=f"table '{ref.brief}' holds rows",
                    ),
                ),
            )
        )

    @override
    def add_column(
        self, source: Source, column: str, options: Options
    ) -> Work | Obstacle:
        field: Any = source.field(column)
        ref, table = source.table.ref, self.name(source.table.ref)
        name = self.quote(column)
        definition = self.statements.column(source.model, field)
        return Work(
            (
                Stage(
                    (f"ALTER TABLE {table} ADD COLUMN {name} {definition}",),
                    Target("column", ref, column),
                    lock=_LOCK,
                    reverse=(f"ALTER TABLE {table} DROP COLUMN {name}",),
                    guard=Guard(
                        loss=f"SELECT 1 FROM {table} WHERE {name} IS NOT NULL LIMIT 1",
                        says=f"column '{ref.brief}.{column}' holds values",
                    ),
                ),
            )
        )

    @override
    def add_index(self, source: Source, index: Index) -> Work | Obstacle:
        text = self.statements.index(source.model, index.name, source.together)
        if text is None:
            return Obstacle("Django does not say how it is made.")
        target = Target("index", source.table.ref, index.name)
        drop = f"DROP INDEX {self.quote(index.name)}"
        return Work((Stage((text,), target, lock=_LOCK, reverse=(drop,)),))
