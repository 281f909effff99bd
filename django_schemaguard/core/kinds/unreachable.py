"""SG801: a database that did not answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Effect, Severity
from django_schemaguard.core.kinds._undetected import Undetected


@dataclass(frozen=True, slots=True)
class Unreachable(Undetected):
    """The database could not be connected to, or the connection was lost.

    Why it matters:
        Nothing of it was compared, and the application cannot use it either.

    Fix:
        Check the database's name, that the server is running, the network and the
        credentials.
    """

    code: ClassVar[str] = "SG801"
    kind: ClassVar[str] = "unreachable"
    usual: ClassVar[Severity] = Severity.ERROR

    reason: str
    advice: str

    @property
    @override
    def effect(self) -> Effect:
        return Effect.QUERIES_FAIL

    @property
    @override
    def effect_text(self) -> str:
        return "every query fails"

    @property
    @override
    def message(self) -> str:
        return f"Database '{self.table.name}' is unreachable: {self.reason}"

    @property
    @override
    def hint(self) -> str:
        return self.advice
