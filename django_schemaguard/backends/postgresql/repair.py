"""Writes repairs for PostgreSQL: short locks, concurrent builds, late validation."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from django_schemaguard._typing import override
from django_schemaguard.backends import home
from django_schemaguard.backends.postgresql import (
    repair_columns,
    repair_constraints,
    repair_indexes,
    repair_numbers,
)
from django_schemaguard.backends.postgresql.repair_catalog import Catalog
from django_schemaguard.backends.repair.base import Writer
from django_schemaguard.backends.repair.parts import (
    RENAME_BACK,
    Obstacle,
    Source,
    Standing,
    Work,
)
from django_schemaguard.core.plan import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.backends.repair.statements import TableStatements
    from django_schemaguard.core.schema import TableRef


class PostgreSQLWriter(Writer):
    """Writes for PostgreSQL 15 and later."""

    @cached_property
    def catalog(self) -> Catalog:
        """What is asked of the server."""
        return Catalog(self.connection)

    @override
    def definition(self, target: Target) -> str | None:
        return self.catalog.definition(target)

    @override
    def standing(self, target: Target) -> Standing:
        return self.catalog.standing(target)

    @override
    def rows(self, ref: TableRef) -> int | None:
        return self.catalog.rows(ref)

    @override
    def alone(self, ref: TableRef) -> tuple[str, ...]:
        return (f"LOCK TABLE {self.name(ref)} IN ACCESS EXCLUSIVE MODE",)

    def beside(self, ref: TableRef, name: str) -> str:
        """Return the name of what lies in the table's namespace."""
        return home.beside(self.connection, ref, name)

    def literal(self, text: str) -> str:
        """Return a string as a literal."""
        return str(self.statements.editor.quote_value(text))

    def column_where(self, ref: TableRef, column: str, condition: str) -> str:
        """Return a query that yields a row where a column is of that kind."""
        return (
            "SELECT 1 FROM pg_catalog.pg_attribute"
            f" WHERE attrelid = {self.literal(self.name(ref))}::regclass"
            f" AND attname = {self.literal(column)} AND {condition}"
        )

    def unvalidated(self, ref: TableRef, name: str) -> str:
        """Return a query that yields a row where a constraint is not validated."""
        return (
            "SELECT 1 FROM pg_catalog.pg_constraint"
            f" WHERE conrelid = {self.literal(self.name(ref))}::regclass"
            f" AND conname = {self.literal(name)} AND NOT convalidated"
        )

    def unattached(self, ref: TableRef, name: str) -> str:
        """Return a query that yields a row where an index makes no constraint."""
        return (
            "SELECT 1 FROM pg_catalog.pg_index i"
            " JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid"
            f" WHERE i.indrelid = {self.literal(self.name(ref))}::regclass"
            f" AND c.relname = {self.literal(name)} AND NOT EXISTS (SELECT 1 FROM"
            " pg_catalog.pg_constraint o WHERE o.conindid = i.indexrelid"
            " AND o.contype IN ('p', 'u', 'x'))"
        )

    @override
    def invalid(self, ref: TableRef, name: str) -> str:
        return (
            "SELECT 1 FROM pg_catalog.pg_index i"
            " JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid"
            f" WHERE i.indrelid = {self.literal(self.name(ref))}::regclass"
            f" AND c.relname = {self.literal(name)} AND NOT i.indisvalid"
        )

    @override
    def create_table(self, source: Source) -> Work | Obstacle:
        ref = source.table.ref
        taken = self.catalog.taken(ref)
        if taken is not None:
            return Obstacle(
                f"The name '{ref.brief}' is taken by {taken}.", "Rename it."
            )
        if ref.namespace and not self.catalog.has_namespace(ref.namespace):
            reason = f"There is no schema '{ref.namespace}'."
            return Obstacle(reason, f"Run CREATE SCHEMA {self.quote(ref.namespace)}.")
        made = self.statements.table(source.model, source.together)
        for name in _names(source, made):
            taken = self.catalog.taken_beside(ref, name)
            if taken is not None:
                reason = f"The name '{name}', which it needs, is taken by {taken}."
                return Obstacle(reason, RENAME_BACK)
        lock = "none that others could wait for; the table is new"
        return Work((self.created(ref, made.all, lock),))

    @override
    def differs(self, name: str, value: str, field: object) -> str:
        kind = field.db_type(self.connection)  # type: ignore[attr-defined]
        return f"{name}::text IS DISTINCT FROM ({value})::{kind}::text"

    @override
    def worked_out(self, field: object) -> str | None:
        kind = field.db_type(self.connection)  # type: ignore[attr-defined]
        default = self.statements.default(field)
        if self.catalog.volatile(default):
            return None
        found = self.catalog.one(f"SELECT (({default})::{kind})::text", {})[0]
        return "NULL" if found is None else f"{self.literal(found)}::{kind}"

    add_column = repair_columns.add_column
    not_null = repair_columns.not_null
    set_default = repair_columns.set_default
    set_comment = repair_columns.set_comment
    add_primary_key = repair_indexes.add_primary_key
    add_index = repair_indexes.add_index
    rebuild_index = repair_indexes.rebuild_index
    add_unique = repair_indexes.add_unique
    add_check = repair_constraints.add_check
    add_foreign_key = repair_constraints.add_foreign_key
    add_exclusion = repair_constraints.add_exclusion
    validate = repair_constraints.validate
    number = repair_numbers.number
    raise_sequence = repair_numbers.raise_sequence
    own_sequence = repair_numbers.own_sequence
    create_extension = repair_numbers.create_extension


def _names(source: Source, made: TableStatements) -> Iterator[str]:
    """Yield the names of a new table's indexes, but for those the server chooses."""
    yield from (each.name for each in made.objects)
    yield from (it.name for it in source.table.uniques if it.named)
    yield from (it.name for it in source.table.exclusions if it.named)
