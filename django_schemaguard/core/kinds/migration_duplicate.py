"""SG708: a migration that is recorded more than once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Effect, Finding, Severity
from django_schemaguard.core.history import MIGRATIONS
from django_schemaguard.core.kinds._migrations import OfMigration
from django_schemaguard.core.schema import Facet, Skip, TableRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


@dataclass(frozen=True, slots=True)
class MigrationDuplicate(OfMigration):
    """A migration has more than one row in the record.

    Why it matters:
        Two processes migrated at once, or the record was put together by hand. Going
        back removes all the rows at once, so nothing fails.

    Fix:
        Delete all but the oldest of the rows.
    """

    code: ClassVar[str] = "SG708"
    kind: ClassVar[str] = "migration_duplicate"
    usual: ClassVar[Severity] = Severity.INFO
    facet: ClassVar[Facet] = Facet.TABLES

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        for name in pairs.history.duplicates:
            yield cls(TableRef(None, MIGRATIONS), name)

    @property
    @override
    def effect(self) -> Effect:
        return Effect.NONE

    @property
    @override
    def message(self) -> str:
        return f"Migration '{self.name}' is recorded more than once."

    @property
    @override
    def hint(self) -> str:
        return f"Delete all but the oldest of its rows in '{MIGRATIONS}'."

    @property
    @override
    def actual(self) -> str | None:
        return "recorded more than once"
