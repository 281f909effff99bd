"""SG706: a migration that is recorded, while nothing it made is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Cause, Effect, Finding, Severity
from django_schemaguard.core.history import MIGRATIONS
from django_schemaguard.core.kinds._migrations import OfMigration
from django_schemaguard.core.schema import Facet, Skip, TableRef
from django_schemaguard.core.standing import Ground

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


@dataclass(frozen=True, slots=True)
class MigrationFakeApplied(OfMigration):
    """A migration is recorded as applied, and nothing that it made is there.

    Why it matters:
        Queries that need it fail, and ``migrate`` will not mend it, since the record
        says that it is done. It was recorded with ``--fake`` or by a restored record,
        or all that it made was dropped. Looked for are the tables, columns and named
        indexes and constraints that it made and no later applied migration removed; it
        was run where a column that it altered, or one that refers to its table, is as
        it should be, or where a run or repair in the journal, or a later drop in the
        ledger, shows what it made. Each thing that is absent is reported, too, with
        this cause. Where only indexes and checks are absent it is a warning.

    Fix:
        ``auto_fix`` adds all that is absent where it can and the migration is without
        code. Else run the SQL that ``manage.py sqlmigrate`` prints for it, and what it
        does in Python, too. Where it is the last one of its app, ``migrate --fake``
        back to the one before, then ``migrate``.
    """

    code: ClassVar[str] = "SG706"
    kind: ClassVar[str] = "migration_fake_applied"
    usual: ClassVar[Severity] = Severity.ERROR
    facet: ClassVar[Facet] = Facet.TABLES

    absent: tuple[str, ...]
    tables: tuple[TableRef, ...] = ()
    grave: bool = True

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        ground = Ground(pairs)
        for work in pairs.history.works:
            if ground.is_begun(work):
                continue
            standing = ground.standing(work)
            if standing.absent and not standing.present:
                record = TableRef(None, MIGRATIONS)
                absent = (standing.absent, standing.tables, standing.grave)
                yield cls(record, work.name, *absent)

    @property
    @override
    def severity(self) -> Severity:
        return Severity.ERROR if self.grave else Severity.WARNING

    @property
    @override
    def concerns(self) -> tuple[TableRef, ...]:
        return self.tables or (self.table,)

    @property
    @override
    def effect(self) -> Effect:
        return Effect.LOCAL

    @property
    @override
    def effect_text(self) -> str:
        return "what needs it fails, and 'migrate' will not mend it"

    @property
    @override
    def message(self) -> str:
        return f"Migration '{self.name}' is recorded, and nothing it made is there."

    @property
    @override
    def hint(self) -> str:
        app, _, name = self.name.partition(".")
        return f"Run what 'manage.py sqlmigrate {app} {name}' prints."

    @property
    @override
    def expected(self) -> str | None:
        return ", ".join(self.absent)

    @property
    @override
    def cause(self) -> Cause:
        return Cause.FAKE_APPLIED
