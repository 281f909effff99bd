"""SG401: a numbered column without a sequence of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Effect, Finding, Severity
from django_schemaguard.core.kinds._columns import ColumnDifference, not_compared
from django_schemaguard.core.kinds._numbering import numbered_columns
from django_schemaguard.core.schema import Facet, Identity, Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


@dataclass(frozen=True, slots=True)
class SequenceMissing(ColumnDifference):
    """An automatic field's column has no sequence, or one that it does not own.

    Why it matters:
        Without its sequence, every INSERT that leaves the key to the database fails.
        A sequence that the column does not own still numbers the rows: a warning.
        ``sqlsequencereset`` and ``flush`` do not find it, and it may be dropped, or
        used up, with another table. Only PostgreSQL has such sequences.

    Fix:
        ``auto_fix`` gives the column the sequence that it takes its numbers from.
        Where there is none, make the column an identity by hand, above the highest
        number in use.
    """

    code: ClassVar[str] = "SG401"
    kind: ClassVar[str] = "sequence_missing"
    usual: ClassVar[Severity] = Severity.ERROR
    facet: ClassVar[Facet] = Facet.SEQUENCES
    additive: ClassVar[bool] = True

    sequence: str | None

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        for pair, expected, actual, numbering in numbered_columns(pairs):
            if numbering is not None:
                if not numbering.owned:
                    yield cls(pair.ref, expected, actual, numbering.sequence)
            elif actual.identity is Identity.SERIAL:
                reason = "its default names it by a text"
                what = f"the sequence of '{pair.actual.name}.{actual.name}'"
                yield from not_compared(pair, what, actual.name, reason)
            elif actual.identity is not Identity.AUTOINCREMENT:
                yield cls(pair.ref, expected, actual, None)

    @property
    @override
    def severity(self) -> Severity:
        return Severity.ERROR if self.sequence is None else Severity.WARNING

    @property
    @override
    def effect(self) -> Effect:
        return Effect.INSERTS_FAIL if self.sequence is None else Effect.LOCAL

    @property
    @override
    def message(self) -> str:
        if self.sequence is None:
            return f"Column '{self.subject}' has no sequence to number its rows."
        return f"Column '{self.subject}' does not own its sequence '{self.sequence}'."

    @property
    @override
    def hint(self) -> str:
        if self.sequence is None:
            return "Drop the identity and add it anew, above the highest number in use."
        return "Run ALTER SEQUENCE ... OWNED BY, if no other table uses it."

    @property
    @override
    def expected(self) -> str | None:
        return "a sequence of its own"

    @property
    @override
    def actual(self) -> str | None:
        return self.sequence

    @property
    @override
    def fixable(self) -> bool:
        return self.sequence is not None
