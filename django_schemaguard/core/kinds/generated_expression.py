"""SG110: a column that is generated otherwise than the model's."""

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
from django_schemaguard.core.kinds._wording import brief, source
from django_schemaguard.core.pair_columns import mentions
from django_schemaguard.core.schema import Column, Facet, Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs, TablePair


def _definition(column: Column) -> str | None:
    if column.generated is None:
        return None
    return f"({column.generated.sql}) {'STORED' if column.stored else 'VIRTUAL'}"


def _phrase(column: Column) -> str:
    if column.generated is None:
        return "a plain column"
    kind = "stored" if column.stored else "virtual"
    return f"{kind} ({brief(column.generated.sql)})"


@dataclass(frozen=True, slots=True)
class GeneratedExpression(ColumnDifference):
    """A column is not generated as the model's GeneratedField says.

    Why it matters:
        A plain column in place of a generated one stays empty, or fails the INSERT
        where it is NOT NULL. A generated one in place of a plain one fails every
        INSERT. Another expression computes other values. All these are errors.
        Virtual where stored is due is slower (warning); the reverse takes room
        (info).

    Fix:
        Drop the column and add it anew with the right expression, since servers do
        not alter it in place; or change the model and migrate.
    """

    code: ClassVar[str] = "SG110"
    kind: ClassVar[str] = "generated_expression"
    usual: ClassVar[Severity] = Severity.ERROR
    facet: ClassVar[Facet] = Facet.GENERATED

    same_expression: bool

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        for pair, expected, actual in column_pairs(pairs, cls.facet):
            # A renamed column is renamed inside the expression, too.
            renamed = frozenset(old.name for old, _ in pair.renamed_columns)
            if mentions(expected.generated, renamed):
                continue
            if expected.generated or actual.generated:
                yield from cls._compare(pair, expected, actual)

    @classmethod
    def _compare(
        cls, pair: TablePair, expected: Column, actual: Column
    ) -> Iterator[Finding | Skip]:
        same = same_expression(expected.generated, actual.generated)
        if isinstance(same, Unknown):
            what = f"generated column '{pair.actual.name}.{actual.name}'"
            yield from not_compared(pair, what, actual.name, same.reason)
        elif not same or expected.stored != actual.stored:
            yield cls(pair.ref, expected, actual, same)

    @property
    def _weight(self) -> tuple[Severity, Effect]:
        expected, actual = self.expected_column, self.actual_column
        if self.same_expression and expected.stored:
            return Severity.WARNING, Effect.SLOWER
        if self.same_expression:
            return Severity.INFO, Effect.NONE
        filled = actual.nullable or actual.default is not None
        if (actual.generated is None and filled) or (
            expected.generated and actual.generated
        ):
            return Severity.ERROR, Effect.WRONG_RESULTS
        return Severity.ERROR, Effect.INSERTS_FAIL

    @property
    @override
    def severity(self) -> Severity:
        return self._weight[0]

    @property
    @override
    def effect(self) -> Effect:
        return self._weight[1]

    @property
    @override
    def message(self) -> str:
        found = _phrase(self.actual_column)
        needs = _phrase(self.expected_column)
        return (
            f"Column '{self.subject}' is {found}; {source(self.table)} needs {needs}."
        )

    @property
    @override
    def hint(self) -> str:
        return "Drop the column and add it anew, or change the model and migrate."

    @property
    @override
    def expected(self) -> str | None:
        return _definition(self.expected_column) or "a plain column"

    @property
    @override
    def actual(self) -> str | None:
        return _definition(self.actual_column)
