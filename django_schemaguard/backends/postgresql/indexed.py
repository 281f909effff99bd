"""What the catalog keeps as indexes: plain ones, and the constraints they serve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django_schemaguard.backends.postgresql.columns import printed
from django_schemaguard.core.schema import (
    Deferral,
    Exclusion,
    Expression,
    Index,
    PrimaryKey,
    Skip,
    Unique,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.backends.postgresql.keys import KeyReader
    from django_schemaguard.backends.postgresql.rows import (
        ConstraintRow,
        IndexRow,
        RelationRow,
    )


@dataclass(frozen=True, slots=True)
class IndexedReader:
    """Reads the index rows of a table.

    Attributes:
        keys: Reads their keys.
        skips: Where to say what is not compared.
    """

    keys: KeyReader
    skips: list[Skip]

    def primary_keys(self, indexes: list[IndexRow]) -> Iterator[PrimaryKey]:
        """Yield the one that there may be."""
        for row in indexes:
            if row.constraint_type == "p":
                columns = tuple(key.column or "" for key in self.keys.keys(row, None))
                yield PrimaryKey(row.constraint_name or row.name, columns)

    def uniques(
        self, table: RelationRow, indexes: list[IndexRow], problem: str | None
    ) -> Iterator[Unique]:
        """Yield unique constraints and unique indexes."""
        for row in indexes:
            if not row.unique or row.constraint_type not in {None, "u"}:
                continue
            if row.period:
                self.skips.append(
                    Skip(table.name, row.name, "WITHOUT OVERLAPS is not compared.")
                )
                continue
            yield Unique(
                row.name,
                self.keys.keys(row, problem),
                condition=_condition(row, problem),
                include=self.keys.include(row),
                deferral=deferral(row),
                nulls_distinct=not row.nulls_not_distinct,
                method=row.method,
                options=tuple(sorted(row.options or ())),
                valid=row.valid,
                constraint=row.constraint_type == "u",
            )

    def exclusions(
        self, indexes: list[IndexRow], problem: str | None
    ) -> Iterator[Exclusion]:
        """Yield exclusion constraints."""
        for row in indexes:
            if row.constraint_type == "x":
                yield Exclusion(
                    row.name,
                    self.keys.keys(row, problem),
                    method=row.method,
                    condition=_condition(row, problem),
                    include=self.keys.include(row),
                    deferral=deferral(row),
                )

    def plain_indexes(
        self, indexes: list[IndexRow], problem: str | None
    ) -> Iterator[Index]:
        """Yield the indexes that serve no constraint."""
        for row in indexes:
            if row.constraint_type is None and not row.unique:
                yield Index(
                    row.name,
                    self.keys.keys(row, problem),
                    method=row.method,
                    condition=_condition(row, problem),
                    include=self.keys.include(row),
                    options=tuple(sorted(row.options or ())),
                    valid=row.valid,
                )


def _condition(row: IndexRow, problem: str | None) -> Expression | None:
    return printed(row.condition, problem) if row.has_condition else None


def deferral(row: ConstraintRow | IndexRow) -> Deferral:
    """Return when a constraint is checked."""
    if not row.deferrable:
        return Deferral.NOT_DEFERRABLE
    return Deferral.DEFERRED if row.deferred else Deferral.IMMEDIATE
