"""Writes repairs for PostgreSQL: short locks, concurrent builds, late validation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django_schemaguard._typing import override
from django_schemaguard.backends.postgresql.repair_catalog import Catalog
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

GO_ON = "reads and writes go on"


class PostgreSQLWriter(Writer):
    """Writes for PostgreSQL 15 and later."""

    @override
    def definition(self, target: Target) -> str | None:
        return Catalog(self.connection).definition(target)

    @override
    def standing(self, target: Target) -> Standing:
        return Catalog(self.connection).standing(target)

    @override
    def rows(self, ref: TableRef) -> int | None:
        return Catalog(self.connection).rows(ref)

    def exclusive(self, ref: TableRef) -> str:
        """Return what keeps all others out of a table."""
        return f"LOCK TABLE {self.name(ref)} IN ACCESS EXCLUSIVE MODE"

    @override
    def create_table(self, source: Source) -> Work | Obstacle:
        ref, name = source.table.ref, self.name(source.table.ref)
        made = self.statements.table(source.model, source.together)
        return Work(
            (
                Stage(
                    made.all,
                    Target("table", ref),
                    lock="none that others could hold: the table is new",
                    reverse=(f"DROP TABLE {name} RESTRICT",),
                    guard=Guard(
                        (self.exclusive(ref),),
                        f"SELECT 1 FROM {name} LIMIT 1",
                        f"table '{ref.brief}' holds rows",
                    ),
                ),
            )
        )

    @override
    def add_column(
        self, source: Source, column: str, options: Options
    ) -> Work | Obstacle:
        field: Any = source.field(column)
        ref, table, name = (
            source.table.ref,
            self.name(source.table.ref),
            self.quote(column),
        )
        definition = self.statements.column(source.model, field)
        return Work(
            (
                Stage(
                    (
                        f"ALTER TABLE {table} ADD COLUMN {name} {definition}",
                        *self.statements.column_comment(source.model, field),
                    ),
                    Target("column", ref, column),
                    lock=f"ACCESS EXCLUSIVE on {ref.brief}, for a moment",
                    locks=(ref,),
                    reverse=(f"ALTER TABLE {table} DROP COLUMN {name}",),
                    guard=Guard(
                        (self.exclusive(ref),),
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
        drop = f"DROP INDEX CONCURRENTLY IF EXISTS {self.beside(ref, index.name)}"
        return Work(
            (
                Stage(
                    (text.replace("CREATE INDEX ", "CREATE INDEX CONCURRENTLY ", 1),),
                    Target("index", ref, index.name),
                    atomic=False,
                    lock=f"SHARE UPDATE EXCLUSIVE on {ref.brief}; {GO_ON}",
                    locks=(ref,),
                    patient=True,
                    reverse=(drop,),
                    cleanup=(drop,),
                ),
            )
        )

    def beside(self, ref: TableRef, name: str) -> str:
        """Return the name of what lies in the table's namespace."""
        quoted = self.quote(name)
        return f"{self.quote(ref.namespace)}.{quoted}" if ref.namespace else quoted
