"""SG702: a migration that is recorded as applied and not on disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Cause, Effect, Finding, Severity
from django_schemaguard.core.history import MIGRATIONS
from django_schemaguard.core.kinds._migrations import OfMigration
from django_schemaguard.core.schema import Facet, Skip, TableRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


@dataclass(frozen=True, slots=True)
class MigrationUnknown(OfMigration):
    """A migration is recorded as applied, and no file of it is on disk.

    Why it matters:
        The database was migrated by another branch or by a release that was taken
        back, so it may hold what this code knows nothing of. What is in the tables of
        its app and not as this code has it, is said to be the newer code's, and left
        alone by ``auto_fix``. Records that are older than others of their app are what
        a squash leaves: info. Records of apps that are no longer installed are
        harmless, and silent.

    Fix:
        Deploy the code that has the migration, or go back to the one before it with
        that code. What a squash left goes by ``manage.py migrate APP --prune``.
    """

    code: ClassVar[str] = "SG702"
    kind: ClassVar[str] = "migration_unknown"
    usual: ClassVar[Severity] = Severity.WARNING
    facet: ClassVar[Facet] = Facet.TABLES

    superseded: int = 0

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        for name in pairs.history.unknown:
            yield cls(TableRef(None, MIGRATIONS), name)
        apps = [name.partition(".")[0] for name in pairs.history.superseded]
        for app in dict.fromkeys(apps):
            yield cls(TableRef(None, MIGRATIONS), app, apps.count(app))

    @property
    @override
    def severity(self) -> Severity:
        return Severity.INFO if self.superseded else Severity.WARNING

    @property
    @override
    def effect(self) -> Effect:
        return Effect.NONE if self.superseded else Effect.LOCAL

    @property
    @override
    def effect_text(self) -> str:
        if self.superseded:
            return Effect.NONE.value
        return "the database may hold what this code does not know"

    @property
    @override
    def message(self) -> str:
        if self.superseded == 1:
            what = "names a migration that is no longer on disk"
            return f"1 record of '{self.name}' {what}."
        if self.superseded:
            what = "name migrations that are no longer on disk"
            return f"{self.superseded} records of '{self.name}' {what}."
        return f"Migration '{self.name}' is recorded as applied and not on disk."

    @property
    @override
    def hint(self) -> str:
        if self.superseded:
            them = "it" if self.superseded == 1 else "them"
            return f"Run 'manage.py migrate {self.name} --prune' to forget {them}."
        return "Deploy the code that has it, or migrate back with that code."

    @property
    @override
    def actual(self) -> str | None:
        return "applied"

    @property
    @override
    def cause(self) -> Cause:
        return Cause.UPGRADE_RESIDUE if self.superseded else Cause.UNDECLARED

    @property
    @override
    def migration(self) -> str | None:
        return None if self.superseded else self.name
