"""SG707: a migration of which a half is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Cause, Effect, Finding, Severity
from django_schemaguard.core.history import MIGRATIONS
from django_schemaguard.core.kinds._migrations import OfMigration, finish
from django_schemaguard.core.schema import Facet, Skip, TableRef
from django_schemaguard.core.standing import Ground

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


@dataclass(frozen=True, slots=True)
class MigrationPartial(OfMigration):
    """A migration is not recorded, and a part of what it makes is there already.

    Why it matters:
        Its record was lost and something else, too; or it failed half-way and could
        not be rolled back, since it is not atomic or the server keeps what a failed
        migration did (MariaDB). The next ``migrate`` fails on what is there, and the
        tables may be full, so nothing of it is to be removed.

    Fix:
        Where ``schemaguard migrate`` left it, ``schemaguard resume`` finishes or
        undoes it. Else do by hand what is missing of what ``manage.py sqlmigrate``
        prints, and of what it does in Python; then record it with
        ``manage.py migrate --fake APP MIGRATION``.

    Attributes:
        differing: What is not as the migration makes it, where nothing is absent.
    """

    code: ClassVar[str] = "SG707"
    kind: ClassVar[str] = "migration_partial"
    usual: ClassVar[Severity] = Severity.ERROR
    facet: ClassVar[Facet] = Facet.TABLES

    present: tuple[str, ...]
    absent: tuple[str, ...]
    differing: tuple[str, ...] = ()

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        ground = Ground(pairs)
        for work in pairs.history.waiting:
            standing = ground.standing(work)
            half = standing.present and not work.whole
            if standing.absent and (half or ground.is_begun(work)):
                yield cls(
                    TableRef(None, MIGRATIONS),
                    work.name,
                    standing.present,
                    standing.absent,
                )

    @property
    @override
    def effect(self) -> Effect:
        return Effect.LOCAL

    @property
    @override
    def effect_text(self) -> str:
        return "'manage.py migrate' fails on what is there"

    @property
    @override
    def message(self) -> str:
        there, more = self.present[0], len(self.present) - 1
        there = f"{there} and {more} more are there" if more else f"{there} is there"
        what = f"Migration '{self.name}' is half done: {there}"
        if not self.absent:
            return f"{what}, but not all as it makes it. {self.differing[0]}"
        lacking, more = self.absent[0], len(self.absent) - 1
        return f"{what}, {lacking}{f' and {more} more' if more else ''} not."

    @property
    @override
    def hint(self) -> str:
        return finish(self.name)

    @property
    @override
    def expected(self) -> str | None:
        return ", ".join(self.absent) or " ".join(self.differing)

    @property
    @override
    def actual(self) -> str | None:
        return ", ".join(self.present)

    @property
    @override
    def cause(self) -> Cause:
        return Cause.UNRECORDED
