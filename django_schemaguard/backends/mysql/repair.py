"""Writes repairs for MariaDB and MySQL: single statements, online or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard._typing import override
from django_schemaguard.backends.mysql import repair_columns, repair_constraints
from django_schemaguard.backends.mysql.repair_catalog import Catalog
from django_schemaguard.backends.repair.base import Writer
from django_schemaguard.backends.repair.parts import (
    Obstacle,
    Source,
    Standing,
    Work,
)
from django_schemaguard.core.plan import Stage, Target

if TYPE_CHECKING:
    from django_schemaguard.core.schema import (
        TableRef,
    )


class MySQLWriter(Writer):
    """Writes for MariaDB 10.6 and later, and MySQL 8.

    How long a statement waits for the table is left to `lock_wait_timeout`.
    """

    @property
    def catalog(self) -> Catalog:
        """What is asked of the server."""
        return Catalog(self.connection)

    @override
    def definition(self, target: Target) -> str | None:
        return self.catalog.definition(target)

    @override
    def standing(self, target: Target) -> Standing:
        found = self.definition(target)
        return Standing.ABSENT if found is None else Standing.VALID

    @override
    def rows(self, ref: TableRef) -> int | None:
        return self.catalog.rows(ref)

    @override
    def alone(self, ref: TableRef) -> tuple[str, ...]:
        # Until UNLOCK TABLES.
        return (f"LOCK TABLES {self.name(ref)} WRITE",)

    def without(self, setting: str, statement: str) -> str:
        """Return a statement run with a check of the session switched off."""
        return f"SET STATEMENT {setting}=0 FOR {statement}"

    def column_where(self, ref: TableRef, column: str, condition: str) -> str:
        """Return a query that yields a row where a column is of that kind."""
        literal = self.statements.editor.quote_value
        return (
            "SELECT 1 FROM information_schema.columns"
            f" WHERE table_schema = DATABASE() AND table_name = {literal(ref.name)}"
            f" AND column_name = {literal(column)} AND {condition}"
        )

    def uncommented(self, ref: TableRef) -> str:
        """Return a query that yields a row where a table has no comment."""
        literal = self.statements.editor.quote_value
        return (
            "SELECT 1 FROM information_schema.tables WHERE table_comment = ''"
            f" AND table_schema = DATABASE() AND table_name = {literal(ref.name)}"
        )

    @override
    def create_table(self, source: Source) -> Work | Obstacle:
        ref = source.table.ref
        made = self.statements.table(source.model, source.together)
        lock = "none that others could wait for; the table is new"
        create, comment = made.create[0], source.table.comment
        if comment:
            create += f" COMMENT = {self.statements.comment(comment)}"
        table = self.created(ref, (create,), lock)
        objects = (
            Stage((it.sql,), Target("index", ref, it.name), atomic=False, lock=lock)
            for it in made.objects
        )
        return Work((table, *objects))

    @override
    def worked_out(self, field: object) -> str | None:
        if repair_columns.copies(self, field):
            return None
        return self.statements.default(field)

    add_column = repair_columns.add_column
    not_null = repair_columns.not_null
    set_default = repair_columns.set_default
    set_comment = repair_columns.set_comment
    number = repair_columns.number
    add_primary_key = repair_constraints.add_primary_key
    add_index = repair_constraints.add_index
    use_index = repair_constraints.use_index
    add_unique = repair_constraints.add_unique
    add_check = repair_constraints.add_check
    add_foreign_key = repair_constraints.add_foreign_key
