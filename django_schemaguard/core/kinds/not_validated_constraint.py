"""SG205: a constraint that was never checked against the rows that were there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Effect, Finding, Severity
from django_schemaguard.core.kinds._columns import column_pairs
from django_schemaguard.core.kinds._objects import states
from django_schemaguard.core.kinds._wording import address, name_of, title
from django_schemaguard.core.schema import Check, Column, Facet, ForeignKey, Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


@dataclass(frozen=True, slots=True)
class NotValidatedConstraint(Finding):
    """A check, foreign key or NOT NULL was added NOT VALID and never validated.

    Why it matters:
        Rows from before may break it, and the planner does not rely on it. An UPDATE
        of a row that breaks a check fails, even of other columns.

    Fix:
        Mend the rows that break it, then run ``auto_fix``, or ``ValidateConstraint``
        in a migration.
    """

    code: ClassVar[str] = "SG205"
    kind: ClassVar[str] = "not_validated_constraint"
    usual: ClassVar[Severity] = Severity.WARNING
    facet: ClassVar[Facet] = Facet.VALIDATION
    additive: ClassVar[bool] = True

    constraint: Check | ForeignKey | Column

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        for pair, expected, actual in states(pairs):
            # The server counts what it does not enforce as not validated, too.
            if expected.validated and not actual.validated and actual.enforced:
                yield cls(pair.ref, actual)
        for pair, column, found in column_pairs(pairs, Facet.NULLS):
            if not column.nullable and not found.nullable and not found.validated:
                yield cls(pair.ref, found)

    @property
    @override
    def effect(self) -> Effect:
        return Effect.WRONG_DATA

    @property
    @override
    def message(self) -> str:
        thing, table = self.constraint, address(self.table)
        if isinstance(thing, Column):
            subject = f"NOT NULL of '{table}.{thing.name}'"
        else:
            subject = f"{title(thing, named=True)} of '{table}'"
        return f"{subject} is not validated for rows from before."

    @property
    @override
    def hint(self) -> str:
        if isinstance(self.constraint, Column):
            return "Run ALTER TABLE ... VALIDATE CONSTRAINT, once no row is NULL."
        return "Run ValidateConstraint in a migration, once no row breaks it."

    @property
    @override
    def object(self) -> str | None:
        thing = self.constraint
        return thing.name if isinstance(thing, Column) else name_of(thing)

    @property
    @override
    def expected(self) -> str | None:
        return "validated"

    @property
    @override
    def actual(self) -> str | None:
        return "not validated"

    @property
    @override
    def fixable(self) -> bool:
        return not isinstance(self.constraint, Column)
