"""Writes repairs for PostgreSQL: short locks, concurrent builds, late validation."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from django_schemaguard._typing import override
from django_schemaguard.backends.postgresql import (
    repair_columns,
    repair_constraints,
    repair_indexes,
    repair_numbers,
)
from django_schemaguard.backends.postgresql.repair_catalog import Catalog
from django_schemaguard.backends.repair.base import Writer
from django_schemaguard.backends.repair.parts import (
    Obstacle,
    Options,
    Source,
    Standing,
    Work,
)
from django_schemaguard.core.plan import Guard, Stage, Target

if TYPE_CHECKING:
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

    def exclusive(self, ref: TableRef) -> str:
        """Return what keeps all others out of a table."""
        return f"LOCK TABLE {self.name(ref)} IN ACCESS EXCLUSIVE MODE"

    def beside(self, ref: TableRef, name: str) -> str:
        """Return the name of what lies in the table's namespace."""
        quoted = self.quote(name)
        return f"{self.quote(ref.namespace)}.{quoted}" if ref.namespace else quoted

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
        ref, name = source.table.ref, self.name(source.table.ref)
        taken = self.catalog.taken(ref)
        if taken is not None:
            return Obstacle(
                f"The name '{ref.brief}' is taken by {taken}.", "Rename it."
            )
        if ref.namespace and not self.catalog.has_namespace(ref.namespace):
            reason = f"There is no schema '{ref.namespace}'."
            return Obstacle(reason, f"Run CREATE SCHEMA {self.quote(ref.namespace)}.")
        made = self.statements.table(source.model, source.together)
        stage = Stage(
            made.all,
            Target("table", ref),
            lock="none that others could wait for; the table is new",
            reverse=(f"DROP TABLE {name} RESTRICT",),
            guard=Guard(
                (self.exclusive(ref),),
                f"SELECT 1 FROM {name} LIMIT 1",
                f"table '{ref.brief}' holds rows",
            ),
        )
        return Work((stage,))

    @override
    def add_column(
        self, source: Source, column: str, options: Options
    ) -> Work | Obstacle:
        return repair_columns.add_column(self, source, column, options)

    @override
    def not_null(self, source: Source, column: str) -> tuple[Stage, ...] | Obstacle:
        return repair_columns.not_null(self, source, column)

    @override
    def differs(self, name: str, value: str, field: object) -> str:
        kind = field.db_type(self.connection)  # type: ignore[attr-defined]
        return f"{name}::text IS DISTINCT FROM ({value})::{kind}::text"

    @override
    def add_primary_key(self, source: Source, key: PrimaryKey) -> Work | Obstacle:
        return repair_indexes.add_primary_key(self, source, key)

    @override
    def set_default(self, source: Source, column: str) -> Work | Obstacle:
        return repair_columns.set_default(self, source, column)

    @override
    def set_comment(self, source: Source, column: str | None) -> Work | Obstacle:
        return repair_columns.set_comment(self, source, column)

    @override
    def add_index(self, source: Source, index: Index) -> Work | Obstacle:
        return repair_indexes.add_index(self, source, index)

    @override
    def rebuild_index(self, source: Source, index: Index | Unique) -> Work | Obstacle:
        return repair_indexes.rebuild_index(self, source, index)

    @override
    def add_unique(self, source: Source, unique: Unique) -> Work | Obstacle:
        return repair_indexes.add_unique(self, source, unique)

    @override
    def add_check(
        self, source: Source, check: Check, options: Options
    ) -> Work | Obstacle:
        return repair_constraints.add_check(self, source, check)

    @override
    def add_foreign_key(self, source: Source, key: ForeignKey) -> Work | Obstacle:
        return repair_constraints.add_foreign_key(self, source, key)

    @override
    def add_exclusion(
        self, source: Source, exclusion: Exclusion, options: Options
    ) -> Work | Obstacle:
        return repair_constraints.add_exclusion(self, source, exclusion, options)

    @override
    def validate(
        self, source: Source, constraint: Check | ForeignKey | Column
    ) -> Work | Obstacle:
        return repair_constraints.validate(self, source, constraint)

    @override
    def number(self, source: Source, column: str, options: Options) -> Work | Obstacle:
        return repair_numbers.number(self, source, column)

    @override
    def raise_sequence(self, source: Source, column: str) -> Work | Obstacle:
        return repair_numbers.raise_sequence(self, source, column)

    @override
    def own_sequence(
        self, source: Source, column: str, sequence: str
    ) -> Work | Obstacle:
        return repair_numbers.own_sequence(self, source, column, sequence)

    @override
    def create_extension(self, name: str) -> Work | Obstacle:
        return repair_numbers.create_extension(self, name)
