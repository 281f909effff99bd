"""SG106: a column that takes NULL where the model does not, or the reverse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Effect, Finding, Severity
from django_schemaguard.core.kinds._columns import ColumnDifference, column_pairs
from django_schemaguard.core.kinds._wording import otherwise, source
from django_schemaguard.core.schema import Column, Facet, Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs, TablePair


def _counts(pair: TablePair, expected: Column, actual: Column) -> bool:
    if expected.generated or actual.generated:
        # Django declares none of them NOT NULL.
        return bool(expected.generated and actual.generated) and not actual.nullable
    keys = (pair.expected.primary_key, pair.actual.primary_key)
    names = {name for key in keys if key for name in key.columns}
    return expected.name not in names and actual.name not in names


def _word(column: Column) -> str:
    return "NULL" if column.nullable else "NOT NULL"


@dataclass(frozen=True, slots=True)
class Nullability(ColumnDifference):
    """A column accepts NULL where the model does not, or the reverse.

    Why it matters:
        NOT NULL in the database alone: saving a row without a value fails, an error.
        NOT NULL in the model alone: rows without a value can get in by raw SQL or
        another program, a warning. Generated columns and members of a primary key
        are not compared.

    Fix:
        ``auto_fix --backfill`` sets NOT NULL on PostgreSQL and MariaDB; the NULLs that
        are there get the field's default, and where it has none they have to be
        filled first. Else set or drop NOT NULL by hand, or change the field's
        ``null`` and migrate.
    """

    code: ClassVar[str] = "SG106"
    kind: ClassVar[str] = "nullability"
    usual: ClassVar[Severity] = Severity.ERROR
    facet: ClassVar[Facet] = Facet.NULLS

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        for pair, expected, actual in column_pairs(pairs, cls.facet):
            if expected.nullable != actual.nullable and _counts(pair, expected, actual):
                yield cls(pair.ref, expected, actual)

    @property
    def stricter(self) -> bool:
        """Whether the database rejects NULL and the model does not."""
        return self.expected_column.nullable

    @property
    @override
    def severity(self) -> Severity:
        return Severity.ERROR if self.stricter else Severity.WARNING

    @property
    @override
    def effect(self) -> Effect:
        return Effect.WRITES_FAIL if self.stricter else Effect.WRONG_DATA

    @property
    @override
    def message(self) -> str:
        expects = source(self.table)
        if self.stricter:
            return f"Column '{self.subject}' is NOT NULL; {expects} allows NULL."
        return f"Column '{self.subject}' allows NULL; {expects} needs NOT NULL."

    @property
    @override
    def hint(self) -> str:
        if self.stricter:
            other = otherwise(self.table, "set null=False")
            return f"Drop NOT NULL from the column, or {other}."
        other = otherwise(self.table, "set null=True")
        return f"Fill the NULLs and set NOT NULL, or {other}."

    @property
    @override
    def expected(self) -> str | None:
        return _word(self.expected_column)

    @property
    @override
    def actual(self) -> str | None:
        return _word(self.actual_column)
