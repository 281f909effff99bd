"""SG407: a PostgreSQL extension that a migration created is gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Effect, Finding, Severity
from django_schemaguard.core.schema import Facet, Skip, TableRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs

EXTENSIONS = "pg_extension"


@dataclass(frozen=True, slots=True)
class MissingExtension(Finding):
    """An applied migration created an extension, and it is not installed.

    Why it matters:
        Types, operator classes and functions of the extension are gone with it, so
        columns and indexes that use them are missing, too, and queries that call its
        functions fail. Counted are the operations of ``django.contrib.postgres``,
        save where a later ``RunSQL`` drops the extension.

    Fix:
        ``auto_fix`` creates it where the role may, then adds what went with it.
    """

    code: ClassVar[str] = "SG407"
    kind: ClassVar[str] = "missing_extension"
    usual: ClassVar[Severity] = Severity.ERROR
    facet: ClassVar[Facet] = Facet.EXTENSIONS
    additive: ClassVar[bool] = True

    name: str
    creator: str

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        for name, migration in pairs.history.extensions:
            if name not in pairs.actual.session.extensions:
                yield cls(TableRef(None, EXTENSIONS), name, migration)

    @property
    @override
    def effect(self) -> Effect:
        return Effect.LOCAL

    @property
    @override
    def effect_text(self) -> str:
        return "queries that use it fail"

    @property
    @override
    def message(self) -> str:
        return f"Extension '{self.name}' is not installed."

    @property
    @override
    def hint(self) -> str:
        return f"Run CREATE EXTENSION {self.name}."

    @property
    @override
    def object(self) -> str | None:
        return self.name

    @property
    @override
    def expected(self) -> str | None:
        return "installed"

    @property
    @override
    def migration(self) -> str | None:
        return self.creator
