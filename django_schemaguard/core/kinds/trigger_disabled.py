"""SG209: a constraint that the database does not enforce."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Effect, Finding, Severity
from django_schemaguard.core.kinds._objects import states
from django_schemaguard.core.kinds._wording import address, name_of, sql_address, title
from django_schemaguard.core.schema import Check, Facet, ForeignKey, Skip, TableRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


def _works(constraint: Check | ForeignKey) -> bool:
    if isinstance(constraint, ForeignKey) and not constraint.triggers_enabled:
        return False
    return constraint.enforced


@dataclass(frozen=True, slots=True)
class TriggerDisabled(Finding):
    """A check or foreign key stands there and is not enforced.

    Why it matters:
        Its triggers are switched off, or it is NOT ENFORCED, often since a bulk load.
        Rows that the model forbids get in, and a delete leaves rows that refer to
        nothing, while every list of constraints looks right.

    Fix:
        Find the rows that break it, mend them, and switch it on again.
    """

    code: ClassVar[str] = "SG209"
    kind: ClassVar[str] = "trigger_disabled"
    usual: ClassVar[Severity] = Severity.ERROR
    facet: ClassVar[Facet] = Facet.ENFORCEMENT

    constraint: Check | ForeignKey

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        for pair, expected, actual in states(pairs):
            if expected.enforced and not _works(actual):
                yield cls(pair.ref, actual)

    @property
    @override
    def effect(self) -> Effect:
        return Effect.WRONG_DATA

    @property
    @override
    def message(self) -> str:
        subject = f"{title(self.constraint, named=True)} of '{address(self.table)}'"
        return f"{subject} is {self.actual}."

    @property
    @override
    def hint(self) -> str:
        if self.constraint.enforced:
            tables = map(sql_address, self._ends())
            run = " ".join(f"ALTER TABLE {it} ENABLE TRIGGER ALL;" for it in tables)
            return f"Once no row breaks it, run: {run}"
        return "Set the constraint to be enforced, once no row breaks it."

    def _ends(self) -> tuple[TableRef, ...]:
        """Return the tables whose triggers make the constraint."""
        if not isinstance(self.constraint, ForeignKey):
            return (self.table,)
        target, table = self.constraint.target, self.table
        itself = target.name == table.name
        if itself and target.namespace in {None, table.namespace}:
            return (table,)
        return (table, target)

    @property
    @override
    def object(self) -> str | None:
        return name_of(self.constraint)

    @property
    @override
    def expected(self) -> str | None:
        return "enforced"

    @property
    @override
    def actual(self) -> str | None:
        return "switched off" if self.constraint.enforced else "not enforced"
