"""SG704: no record of the migrations that were applied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Cause, Effect, Finding, Severity
from django_schemaguard.core.history import MIGRATIONS, is_own
from django_schemaguard.core.schema import Facet, Skip, TableRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


def is_recorded(pairs: Pairs) -> bool:
    """Return whether the database keeps a record of the project's migrations.

    One that tells of this app alone is none: a run makes it with its journal.
    """
    return _is_there(pairs) and not pairs.history.unbegun


def _is_there(pairs: Pairs) -> bool:
    return pairs.actual.table(MIGRATIONS) is not None


@dataclass(frozen=True, slots=True)
class MigrationTableMissing(Finding):
    """Django's record of applied migrations is missing, or tells of none.

    Why it matters:
        Where tables of the project stand, ``migrate`` would try to make them again
        and fail: an error; they are compared with the latest migrations then. Where
        none stands, the database is new, or it is another one than you meant: a
        warning, in production an error, since every query fails. The journal of
        schemaguard is no table of the project, and its migrations do not count.

    Fix:
        In a new database, run ``manage.py migrate``. Where tables stand, restore the
        table from a backup, or record what is applied with ``migrate --fake``.
    """

    code: ClassVar[str] = "SG704"
    kind: ClassVar[str] = "migration_table_missing"
    usual: ClassVar[Severity] = Severity.ERROR
    facet: ClassVar[Facet] = Facet.TABLES

    empty: bool
    pending: int
    blank: bool = False

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        if pairs.actual.session.closed:
            return  # It may stand where the role may not look; Privilege tells.
        if pairs.history.migrated and not is_recorded(pairs):
            models = (pair.expected.model for pair in pairs.tables)
            standing = any(model and not is_own(model) for model in models)
            waiting, blank = len(pairs.history.pending), _is_there(pairs)
            yield cls(TableRef(None, MIGRATIONS), not standing, waiting, blank)

    @property
    @override
    def severity(self) -> Severity:
        return Severity.WARNING if self.empty else Severity.ERROR

    @property
    @override
    def effect(self) -> Effect:
        return Effect.QUERIES_FAIL if self.empty else Effect.NOT_YET

    @property
    @override
    def message(self) -> str:
        if self.empty:
            waiting = f"{self.pending} migration" + ("s" if self.pending > 1 else "")
            return f"No table of the project is there; {waiting} to be applied."
        lack = "tells of no migration of the project" if self.blank else "is missing"
        return f"Table '{MIGRATIONS}' {lack}, while tables of the project stand."

    @property
    @override
    def hint(self) -> str:
        if self.empty:
            return "Check that it is the right database, then run 'manage.py migrate'."
        return "Restore it, or record what is applied with 'manage.py migrate --fake'."

    @property
    @override
    def expected(self) -> str | None:
        return "the record of applied migrations"

    @property
    @override
    def cause(self) -> Cause:
        return Cause.PENDING if self.empty else Cause.DRIFT

    @property
    @override
    def effect_text(self) -> str:
        if self.empty:
            return "every query fails"
        return "'migrate' tries to make every table again, and fails"
