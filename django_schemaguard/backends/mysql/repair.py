"""Writes repairs for MariaDB and MySQL: single statements, online or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django_schemaguard._typing import override
from django_schemaguard.backends.mysql.repair_catalog import Catalog
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

INSTANT = "ALGORITHM=INSTANT"


class MySQLWriter(Writer):
    """Writes for MariaDB 10.6 and later, and MySQL 8."""

    @override
    def definition(self, target: Target) -> str | None:
        return Catalog(self.connection).definition(target)

    @override
    def standing(self, target: Target) -> Standing:
        found = self.definition(target)
        return Standing.ABSENT if found is None else Standing.VALID

    @override
    def rows(self, ref: TableRef) -> int | None:
        return Catalog(self.connection).rows(ref)

    def alone(self, ref: TableRef) -> tuple[str, ...]:
        """Return what keeps all others out of a table, until UNLOCK TABLES."""
        return (f"LOCK TABLES {self.name(ref)} WRITE",)

    @override
    def create_table(self, source: Source) -> Work | Obstacle:
        ref, name = source.table.ref, self.name(source.table.ref)
        made = self.statements.table(source.model, source.together)
        lock = "none that others could hold: the table is new"
        table = Stage(
            made.create,
            Target("table", ref),
            atomic=False,
            lock=lock,
            reverse=(f"DROP TABLE {name}",),
            guard=Guard(
                self.alone(ref),
                f"SELECT 1 FROM {name} LIMIT 1",
                f"table '{ref.brief}' holds rows",
            ),
        )
        return Work(
            (
                table,
                *(
                    Stage(
                        (it.sql,),
                        Target("index", ref, it.name),
                        atomic=False,
                        lock=lock,
                    )
                    for it in made.objects
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
                    (f"ALTER TABLE {table} ADD COLUMN {name} {definition}, {INSTANT}",),
                    Target("column", ref, column),
                    atomic=False,
                    lock=f"metadata lock on {ref.brief}, for a moment",
                    locks=(ref,),
                    reverse=(f"ALTER TABLE {table} DROP COLUMN {name}",),
                    guard=Guard(
                        self.alone(ref),
                        f"SELECT 1 FROM {table} WHERE {name} IS NOT NULL LIMIT 1",
                        f"column '{ref.brief}.{column}' holds values",
                    ),
                ),
            )
        )

    @override
    def add_index(self, source: Source, index: Index) -> Work | Obstacle:
        text = self.statements.index(source.model, index.name, source.together)
        if text is None:
            return Obstacle("Django does not say how it is made.")
        ref = source.table.ref
        return Work(
            (
                Stage(
                    (f"{text} ALGORITHM=INPLACE LOCK=NONE",),
                    Target("index", ref, index.name),
                    atomic=False,
                    lock=f"none on {ref.brief}: reads and writes go on",
                    locks=(ref,),
                    reverse=(
                        f"DROP INDEX {self.quote(index.name)} ON {self.name(ref)}",
                    ),
                ),
            )
        )
