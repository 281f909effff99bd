"""SG303: an index that a failed build left invalid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Effect, Finding, Severity
from django_schemaguard.core.kinds._objects import AnyMatching, matchings
from django_schemaguard.core.kinds._wording import address, name_of
from django_schemaguard.core.schema import Facet, Index, Skip, TableObject, Unique

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


def _standing(matching: AnyMatching) -> Iterator[tuple[TableObject, bool]]:
    """Yield what stands in the database, and whether the model declares it."""
    for _, actual in (*matching.same, *matching.changed):
        yield actual, True
    for undecided in matching.undecided:
        yield undecided.actual, True
    for extra in matching.extra:
        yield extra, False
    for duplicate, _ in matching.duplicates:
        yield duplicate, False


@dataclass(frozen=True, slots=True)
class InvalidIndex(Finding):
    """An index is invalid: a concurrent build failed and left it behind.

    Why it matters:
        No query uses it, and every write still pays for it: a warning. A unique one
        does not hold for the rows from before, yet may reject new ones: an error.

    Fix:
        ``auto_fix`` builds it again in its place, CONCURRENTLY. Drop it where the
        model does not have it.
    """

    code: ClassVar[str] = "SG303"
    kind: ClassVar[str] = "invalid_index"
    usual: ClassVar[Severity] = Severity.WARNING
    facet: ClassVar[Facet] = Facet.INDEX_VALIDITY
    additive: ClassVar[bool] = True

    index: Unique | Index
    declared: bool

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        for pair, matching in matchings(pairs, Facet.INDEXES, Facet.UNIQUES):
            for index, declared in _standing(matching):
                if isinstance(index, (Unique, Index)) and not index.valid:
                    yield cls(pair.ref, index, declared)

    @property
    @override
    def severity(self) -> Severity:
        unique = isinstance(self.index, Unique)
        return Severity.ERROR if unique else Severity.WARNING

    @property
    @override
    def effect(self) -> Effect:
        if isinstance(self.index, Index):
            return Effect.SLOWER
        return Effect.WRONG_DATA if self.declared else Effect.WRITES_FAIL

    @property
    @override
    def message(self) -> str:
        label = "Unique index" if isinstance(self.index, Unique) else "Index"
        return f"{label} '{self.index.name}' of '{address(self.table)}' is invalid."

    @property
    @override
    def hint(self) -> str:
        if self.declared:
            return "Run REINDEX INDEX CONCURRENTLY on it."
        return "Drop it; a failed build left it behind."

    @property
    @override
    def object(self) -> str | None:
        return name_of(self.index)

    @property
    @override
    def expected(self) -> str | None:
        return "valid" if self.declared else None

    @property
    @override
    def actual(self) -> str | None:
        return "invalid"

    @property
    @override
    def fixable(self) -> bool:
        return self.declared
