"""SG403: a column that runs out of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Cause, Effect, Finding, Severity
from django_schemaguard.core.kinds._columns import ColumnDifference
from django_schemaguard.core.kinds._numbering import numbered_columns
from django_schemaguard.core.schema import Facet, Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs

_PERCENT = 80
_HIGHEST = {"smallint": 2**15 - 1, "integer": 2**31 - 1}


@dataclass(frozen=True, slots=True)
class SequenceLimit(ColumnDifference):
    """Four fifths of the numbers that a column or its sequence can hold are used.

    Why it matters:
        After the last number every INSERT fails, and widening the column of a large
        table takes long. The smaller counts: the column's type, or the maximum of
        its sequence, which stays what it was where a serial column was widened.

    Fix:
        Change the field to ``BigAutoField`` and migrate, or raise the sequence's
        maximum where that is the smaller.
    """

    code: ClassVar[str] = "SG403"
    kind: ClassVar[str] = "sequence_limit"
    usual: ClassVar[Severity] = Severity.WARNING
    facet: ClassVar[Facet] = Facet.SEQUENCES

    next: int
    limit: int

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        for pair, expected, actual, numbering in numbered_columns(pairs):
            if numbering is None or numbering.next is None or numbering.limit is None:
                continue
            if (numbering.next - 1) * 100 >= numbering.limit * _PERCENT:
                yield cls(pair.ref, expected, actual, numbering.next, numbering.limit)

    @property
    @override
    def effect(self) -> Effect:
        return Effect.LOCAL

    @property
    @override
    def effect_text(self) -> str:
        subject = self.table.model or self.table.name
        return f"every INSERT into {subject} fails once the numbers are used up"

    @property
    @override
    def message(self) -> str:
        share = (self.next - 1) * 100 // self.limit
        return f"Column '{self.subject}' has used {share} % of its numbers."

    @property
    @override
    def hint(self) -> str:
        highest = _HIGHEST.get(self.actual_column.type)
        if self.actual_column.type == "bigint" or (highest and self.limit < highest):
            return "Raise the maximum of its sequence."
        return "Change the field to BigAutoField and migrate."

    @property
    @override
    def expected(self) -> str | None:
        return f"at most {self.limit}"

    @property
    @override
    def actual(self) -> str | None:
        return str(self.next - 1)

    @property
    @override
    def cause(self) -> Cause:
        return Cause.UNKNOWN
