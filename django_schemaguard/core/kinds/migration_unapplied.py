"""SG701: a migration that is on disk and not recorded as applied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Cause, Effect, Finding, Severity
from django_schemaguard.core.history import MIGRATIONS
from django_schemaguard.core.kinds._migrations import OfMigration
from django_schemaguard.core.kinds.migration_table_missing import is_recorded
from django_schemaguard.core.schema import Facet, Skip, TableRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


@dataclass(frozen=True, slots=True)
class MigrationUnapplied(OfMigration):
    """A migration waits to be applied.

    Why it matters:
        The code may need what the migration makes. The database is compared with
        the migrations that are applied, so what this one makes is not reported as
        missing. Before a deploy this is as it should be.

    Fix:
        Run ``manage.py migrate``.
    """

    code: ClassVar[str] = "SG701"
    kind: ClassVar[str] = "migration_unapplied"
    usual: ClassVar[Severity] = Severity.WARNING
    facet: ClassVar[Facet] = Facet.TABLES

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        if is_recorded(pairs):
            for name in pairs.history.pending:
                yield cls(TableRef(None, MIGRATIONS), name)

    @property
    @override
    def effect(self) -> Effect:
        return Effect.NOT_YET

    @property
    @override
    def message(self) -> str:
        return f"Migration '{self.name}' is not applied."

    @property
    @override
    def hint(self) -> str:
        return "Run 'manage.py migrate'."

    @property
    @override
    def expected(self) -> str | None:
        return "applied"

    @property
    @override
    def cause(self) -> Cause:
        return Cause.PENDING
