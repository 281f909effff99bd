"""SG402: a sequence that gives out numbers which are taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Effect, Finding, Severity
from django_schemaguard.core.kinds._columns import ColumnDifference
from django_schemaguard.core.kinds._numbering import numbered_columns
from django_schemaguard.core.schema import Facet, Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


@dataclass(frozen=True, slots=True)
class SequenceBehind(ColumnDifference):
    """The next number of a sequence is not above the highest one in the table.

    Why it matters:
        An INSERT that is given a number that is taken fails with a duplicate key.
        It happens after rows were loaded with their numbers: by a restore of data
        alone, by raw SQL, by another program. Only PostgreSQL gets into that state:
        MariaDB and SQLite look at the highest number themselves.

    Fix:
        ``auto_fix`` moves it past the highest number in use.
    """

    code: ClassVar[str] = "SG402"
    kind: ClassVar[str] = "sequence_behind"
    usual: ClassVar[Severity] = Severity.ERROR
    facet: ClassVar[Facet] = Facet.SEQUENCES
    additive: ClassVar[bool] = True

    next: int
    highest: int

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        for pair, expected, actual, numbering in numbered_columns(pairs):
            if numbering is None or numbering.next is None or numbering.highest is None:
                continue
            if numbering.next <= numbering.highest:
                yield cls(pair.ref, expected, actual, numbering.next, numbering.highest)

    @property
    @override
    def effect(self) -> Effect:
        return Effect.INSERTS_FAIL

    @property
    @override
    def effect_text(self) -> str:
        subject = self.table.model or self.table.name
        return f"an INSERT into {subject} fails where the number is taken"

    @property
    @override
    def message(self) -> str:
        numbers = f"next is {self.next}, the highest is {self.highest}"
        return f"The sequence of '{self.subject}' is behind: {numbers}."

    @property
    @override
    def hint(self) -> str:
        app = (self.table.model or "APP").partition(".")[0]
        return f"Run what 'manage.py sqlsequencereset {app}' prints."

    @property
    @override
    def expected(self) -> str | None:
        return f"above {self.highest}"

    @property
    @override
    def actual(self) -> str | None:
        return str(self.next)
