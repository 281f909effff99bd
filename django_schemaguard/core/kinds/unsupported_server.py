"""SG802: a server too old for Django, or for this comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Effect, Severity
from django_schemaguard.core.kinds._undetected import Undetected


@dataclass(frozen=True, slots=True)
class UnsupportedServer(Undetected):
    """The server is older than what is supported.

    Why it matters:
        Where it is too old for Django, Django refuses to connect: an error, and
        nothing of the database was compared. Where it is only older than those that
        schemaguard is tested on (PostgreSQL 15, MariaDB 10.11), this is a warning:
        the comparison may miss something, or find what is not there.

    Fix:
        Upgrade the server, or use the Django release that supports it.
    """

    code: ClassVar[str] = "SG802"
    kind: ClassVar[str] = "unsupported_server"
    usual: ClassVar[Severity] = Severity.WARNING

    reason: str
    refused: bool

    @property
    @override
    def severity(self) -> Severity:
        return Severity.ERROR if self.refused else Severity.WARNING

    @property
    @override
    def effect(self) -> Effect:
        return Effect.QUERIES_FAIL if self.refused else Effect.NONE

    @property
    @override
    def effect_text(self) -> str:
        if self.refused:
            return "Django refuses to connect"
        return "the comparison may be wrong"

    @property
    @override
    def message(self) -> str:
        return f"The server of database '{self.table.name}' is too old: {self.reason}"

    @property
    @override
    def hint(self) -> str:
        return "Upgrade the server, or use the Django release that supports it."
