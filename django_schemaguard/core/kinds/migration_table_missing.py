"""SG704: no record of the migrations that were applied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Cause, Effect, Finding, Severity
from django_schemaguard.core.history import MIGRATIONS
from django_schemaguard.core.schema import Facet, Skip, TableRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


def is_recorded(pairs: Pairs) -> bool:
    """Return whether the database keeps a record of its migrations."""
    return pairs.actual.table(MIGRATIONS) is not None


@dataclass(frozen=True, slots=True)
class MigrationTableMissing(Finding):
    """The table in which Django records applied migrations is missing.

    Why it matters:
        Where tables of the project stand, ``migrate`` would try to make them again
        and fail: an error; they are compared with the latest migrations then. Where
        none stands, the database is new, or it is another one than you meant: a
        warning, in production an error, since every query fails.

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

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        if pairs.actual.session.closed:
            return  # It may stand where the role may not look; Privilege tells.
        if pairs.history.migrated and not is_recorded(pairs):
            standing = any(pair.expected.model for pair in pairs.tables)
            waiting = len(pairs.history.pending)
            yield cls(TableRef(None, MIGRATIONS), not standing, waiting)

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
        return f"Table '{MIGRATIONS}' is missing, while tables of the project stand."

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
