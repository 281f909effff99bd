"""SG107: a column whose default in the database is not the model's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.expression import Unknown, same_expression
from django_schemaguard.core.finding import Effect, Finding, Severity
from django_schemaguard.core.kinds._columns import (
    ColumnDifference,
    column_pairs,
    not_compared,
)
from django_schemaguard.core.kinds._wording import brief, otherwise, source
from django_schemaguard.core.schema import Column, Facet, Identity, Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs, TablePair

_NUMBERING = frozenset({Identity.BY_DEFAULT, Identity.SERIAL, Identity.AUTOINCREMENT})


def _numbers(column: Column) -> bool:
    """Return whether the column fills itself with numbers, as a default would."""
    return column.identity in _NUMBERING


def _fills_itself(column: Column) -> bool:
    return bool(column.default or column.generated or column.identity)


def _may_differ(expected: Column, actual: Column) -> bool:
    if expected.generated or actual.generated or expected.identity is not None:
        return False  # GeneratedExpression and IdentityMissing tell.
    return bool(expected.default or actual.default or _numbers(actual))


@dataclass(frozen=True, slots=True)
class Default(ColumnDifference):
    """A column's default in the database is missing, different or left over.

    Why it matters:
        Django leaves a field with ``db_default`` to the database, so without the
        default the INSERT fails on a NOT NULL column and stores NULL on others: an
        error. A different default stores other values, and a default that the model
        does not have fills in where raw SQL leaves the column out: a warning. A
        Python ``default`` is never in the database.

    Fix:
        ``auto_fix`` sets one that is missing. Drop or change another by hand, or
        change ``db_default`` and migrate. SQLite cannot drop one, such as that by
        which ``auto_fix`` fills a new column: Django makes the table anew, without
        it, when a migration next alters a field; until then waive it.
    """

    code: ClassVar[str] = "SG107"
    kind: ClassVar[str] = "default"
    usual: ClassVar[Severity] = Severity.ERROR
    facet: ClassVar[Facet] = Facet.DEFAULTS
    additive: ClassVar[bool] = True

    lasting: bool = False  # The server has no statement that drops a default.

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        lasting = pairs.actual.traits.vendor == "sqlite"
        for pair, expected, actual in column_pairs(pairs, cls.facet):
            if expected.stated is not None:
                if (expected.default is None) == _fills_itself(actual):
                    yield cls(pair.ref, expected, actual, lasting)
            elif _may_differ(expected, actual):
                wrong = cls(pair.ref, expected, actual, lasting)
                yield from wrong._compared(pair)

    def _compared(self, pair: TablePair) -> Iterator[Finding | Skip]:
        """Yield the finding itself where the two defaults differ."""
        expected, actual = self.expected_column, self.actual_column
        same = same_expression(expected.default, actual.default)
        if isinstance(same, Unknown):
            what = f"the default of '{pair.actual.name}.{actual.name}'"
            yield from not_compared(pair, what, actual.name, same.reason)
        elif not same or _numbers(actual):
            yield self

    @property
    @override
    def severity(self) -> Severity:
        missing = self.expected_column.default and self.actual is None
        return Severity.ERROR if missing else Severity.WARNING

    @property
    @override
    def effect(self) -> Effect:
        if self.expected_column.default is None:
            return Effect.LOCAL
        if self.actual is None and not self.actual_column.nullable:
            return Effect.INSERTS_FAIL
        return Effect.WRONG_RESULTS

    @property
    @override
    def message(self) -> str:
        found = f"the default {brief(self.actual)}" if self.actual else "no default"
        if self.expected_column.default is None:
            needs = "has none"
        else:
            needs = f"needs {brief(self.expected or 'one')}"
        return f"Column '{self.subject}' has {found}; {source(self.table)} {needs}."

    @property
    @override
    def hint(self) -> str:
        if self.expected_column.default is None:
            other = otherwise(self.table, "declare it with db_default")
            if self.lasting:
                return f"SQLite cannot drop a default: {other}, or waive it."
            return f"Drop the default, or {other}."
        other = otherwise(self.table, "change db_default")
        return f"Set the default that is needed, or {other}."

    @property
    @override
    def expected(self) -> str | None:
        default = self.expected_column.default
        return (default.sql or None) if default else None

    @property
    @override
    def actual(self) -> str | None:
        column = self.actual_column
        if column.identity is not None:
            return str(column.identity)
        value = column.default or column.generated
        return value.sql if value else None

    @property
    @override
    def fixable(self) -> bool:
        return bool(self.expected) and self.actual is None
