"""SG406: a trigger or rule that runs when rows are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Cause, Effect, Finding, Severity
from django_schemaguard.core.kinds._columns import ordinary
from django_schemaguard.core.kinds._wording import DROP_OR_WAIVE, address
from django_schemaguard.core.schema import Facet, Hook, Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


@dataclass(frozen=True, slots=True)
class WriteHook(Finding):
    """A trigger or rule of the database takes part in writes to a model's table.

    Why it matters:
        It may change or refuse what Django writes, or write elsewhere, and no model
        shows it. Audit and search triggers do so rightly, hence an info. One that is
        disabled is left out.

    Fix:
        None needed. Drop it, or waive it, if you want it gone from the report.
    """

    code: ClassVar[str] = "SG406"
    kind: ClassVar[str] = "write_hook"
    usual: ClassVar[Severity] = Severity.INFO
    facet: ClassVar[Facet] = Facet.TRIGGERS

    hook: Hook

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        for pair in ordinary(pairs):
            for hook in pair.actual.hooks:
                yield cls(pair.ref, hook)

    @property
    @override
    def effect(self) -> Effect:
        return Effect.LOCAL

    @property
    @override
    def message(self) -> str:
        subject = f"{self.hook.label.capitalize()} '{self.hook.name}'"
        return f"{subject} runs on '{address(self.table)}': {self.hook}."

    @property
    @override
    def hint(self) -> str:
        return DROP_OR_WAIVE

    @property
    @override
    def object(self) -> str | None:
        return self.hook.name

    @property
    @override
    def actual(self) -> str | None:
        return str(self.hook)

    @property
    @override
    def cause(self) -> Cause:
        return Cause.UNDECLARED
