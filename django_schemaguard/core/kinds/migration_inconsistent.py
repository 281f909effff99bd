"""SG703: migrations in an order that `migrate` refuses."""

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
class MigrationInconsistent(OfMigration):
    """A migration was applied before one it depends on, or an app has two last ones.

    Why it matters:
        ``migrate`` refuses to run until it is mended, so no deploy can change the
        schema.

    Fix:
        Where a dependency is not recorded: run what ``manage.py sqlmigrate`` prints
        for it, unless that is there, and insert its row into ``django_migrations``;
        ``migrate --fake`` refuses, too. Where an app has several last
        migrations: run ``manage.py makemigrations --merge``.
    """

    code: ClassVar[str] = "SG703"
    kind: ClassVar[str] = "migration_inconsistent"
    usual: ClassVar[Severity] = Severity.ERROR
    facet: ClassVar[Facet] = Facet.TABLES

    dependency: str | None = None
    leaves: tuple[str, ...] = ()

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        record = TableRef(None, MIGRATIONS)
        for name, dependency in pairs.history.early:
            yield cls(record, name, dependency)
        for app, leaves in pairs.history.conflicts:
            yield cls(record, app, leaves=leaves)

    @property
    @override
    def effect(self) -> Effect:
        return Effect.LOCAL

    @property
    @override
    def effect_text(self) -> str:
        return "'manage.py migrate' refuses to run"

    @property
    @override
    def message(self) -> str:
        if self.dependency is None:
            leaves = "', '".join(self.leaves)
            return f"App '{self.name}' has several last migrations: '{leaves}'."
        needs = f"'{self.dependency}', which it needs, is not"
        return f"Migration '{self.name}' is applied, and {needs}."

    @property
    @override
    def hint(self) -> str:
        if self.dependency is None:
            return "Run 'manage.py makemigrations --merge'."
        return "Insert its record by hand, once all that it makes is there."

    @property
    @override
    def expected(self) -> str | None:
        if self.dependency is None:
            return "one last migration"
        return f"{self.dependency} applied"

    @property
    @override
    def actual(self) -> str | None:
        return ", ".join(self.leaves) or None

    @property
    @override
    def cause(self) -> Cause:
        return Cause.UNMADE if self.dependency is None else Cause.DRIFT

    @property
    @override
    def migration(self) -> str | None:
        return None if self.dependency is None else self.name
