"""SG405: a table whose rows the server filters by policies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Cause, Effect, Finding, Severity
from django_schemaguard.core.kinds._wording import address
from django_schemaguard.core.schema import Facet, Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


@dataclass(frozen=True, slots=True)
class RowSecurity(Finding):
    """Row security is enabled on a table of a model.

    Why it matters:
        The connected role sees and changes only the rows that policies let it: an
        unfiltered query leaves rows out, and without any policy there are none. Where
        the role bypasses the policies (an owner, a superuser), this is an info, since
        other roles are still filtered. Only PostgreSQL has it.

    Fix:
        If it is meant to be so, waive it; else run ``ALTER TABLE ... DISABLE ROW
        LEVEL SECURITY``.
    """

    code: ClassVar[str] = "SG405"
    kind: ClassVar[str] = "row_security"
    usual: ClassVar[Severity] = Severity.WARNING
    facet: ClassVar[Facet] = Facet.ROW_SECURITY

    active: bool

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        for pair in pairs.tables:
            state = pair.actual.access.row_security
            if state is not None:
                yield cls(pair.ref, state == "active")

    @property
    @override
    def severity(self) -> Severity:
        return Severity.WARNING if self.active else Severity.INFO

    @property
    @override
    def effect(self) -> Effect:
        return Effect.WRONG_RESULTS if self.active else Effect.NONE

    @property
    @override
    def message(self) -> str:
        whom = "filters this role" if self.active else "filters other roles"
        return f"Row security of '{address(self.table)}' {whom}."

    @property
    @override
    def hint(self) -> str:
        return "Waive it if it is meant, else disable row security on the table."

    @property
    @override
    def actual(self) -> str | None:
        return "active" if self.active else "bypassed"

    @property
    @override
    def cause(self) -> Cause:
        return Cause.UNDECLARED
