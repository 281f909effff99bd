"""SG707: a migration of which a half is there."""

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
class MigrationPartial(OfMigration):
    """A migration is not recorded, and a part of what it makes is there already.

    Why it matters:
        It failed half-way and could not be rolled back: it is not atomic, or the
        server keeps what a failed migration did (MariaDB). The next ``migrate`` fails
        on what is there.

    Fix:
        Where ``schemaguard migrate`` left it, ``schemaguard resume`` finishes or
        undoes it. Else remove what it left, then ``migrate``; or do the rest by
        hand, then record it with ``migrate --fake``.
    """

    code: ClassVar[str] = "SG707"
    kind: ClassVar[str] = "migration_partial"
    usual: ClassVar[Severity] = Severity.ERROR
    facet: ClassVar[Facet] = Facet.TABLES

    present: tuple[str, ...]
    absent: tuple[str, ...]

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        ground = Ground(pairs)
        for work in pairs.history.waiting:
            standing = ground.standing(work)
            if not work.whole and standing.present and standing.absent:
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
        there, lacking = self.present[0], self.absent[0]
        return f"Migration '{self.name}' is half done: {there} is there, {lacking} not."

    @property
    @override
    def hint(self) -> str:
        return "Remove what it left and migrate, or finish it and 'migrate --fake'."

    @property
    @override
    def expected(self) -> str | None:
        return ", ".join(self.absent)

    @property
    @override
    def actual(self) -> str | None:
        return ", ".join(self.present)

    @property
    @override
    def cause(self) -> Cause:
        return Cause.UNRECORDED
