"""SG705: models that changed, and no migration for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Cause, Effect, Finding, Severity
from django_schemaguard.core.history import MIGRATIONS, Unmade
from django_schemaguard.core.schema import Facet, Skip, TableRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


FEW = 3  # Operations named in the message.


@dataclass(frozen=True, slots=True)
class MigrationUnmade(Finding):
    """The models of an app changed, and ``makemigrations`` would write a migration.

    Why it matters:
        The code queries columns and tables that no migration makes, so it fails, also
        in databases that are fully migrated. Where only the state of the models
        changes, not the schema, and in packages, whose migrations are not yours to
        write, it is info.

    Fix:
        Run ``manage.py makemigrations``. In a package, set its ``default_auto_field``
        where only key types differ, or tell its authors.
    """

    code: ClassVar[str] = "SG705"
    kind: ClassVar[str] = "migration_unmade"
    usual: ClassVar[Severity] = Severity.WARNING
    facet: ClassVar[Facet] = Facet.TABLES

    unmade: Unmade

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        for unmade in pairs.history.unmade:
            yield cls(TableRef(None, MIGRATIONS), unmade)

    @property
    @override
    def severity(self) -> Severity:
        loud = self.unmade.touches_schema and not self.unmade.installed
        return Severity.WARNING if loud else Severity.INFO

    @property
    @override
    def effect(self) -> Effect:
        return Effect.NOT_YET if self.unmade.touches_schema else Effect.NONE

    @property
    @override
    def message(self) -> str:
        return f"App '{self.unmade.app}' needs a migration: {self._operations()}."

    def _operations(self) -> str:
        operations = self.unmade.operations
        named = ", ".join(text[0].lower() + text[1:] for text in operations[:FEW])
        more = len(operations) - FEW
        return f"{named} and {more} more" if more > 0 else named

    @property
    @override
    def hint(self) -> str:
        app = self.unmade.app
        if self.unmade.installed and self.unmade.keys_only:
            return f"Set 'default_auto_field' of '{app}', or tell its author."
        if self.unmade.installed:
            return f"Tell the author of '{app}', or install a release that has it."
        return f"Run 'manage.py makemigrations {app}'."

    @property
    @override
    def object(self) -> str | None:
        return self.unmade.app

    @property
    @override
    def expected(self) -> str | None:
        return "a migration for each change of the models"

    @property
    @override
    def cause(self) -> Cause:
        return Cause.UNMADE
