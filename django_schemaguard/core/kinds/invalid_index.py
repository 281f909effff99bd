"""SG303: an index that stands and is not used: invalid, or ignored."""

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

    from django_schemaguard.core.pairing import Pairs, TablePair


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


def _useless(index: Unique | Index, declared: bool) -> bool:  # noqa: FBT001
    return not index.valid or (index.ignored and declared)


def _ignored_keys(pair: TablePair) -> Iterator[Index]:
    """Yield the ignored indexes that MariaDB made for foreign keys of the model."""
    told = {thing.name for thing, declared in _standing(pair.indexes) if declared}
    keys = {key.columns for key in pair.expected.foreign_keys}
    for index in pair.actual.indexes:
        of_key = tuple(key.column for key in index.keys) in keys
        if index.implied and index.ignored and of_key and index.name not in told:
            yield index


@dataclass(frozen=True, slots=True)
class InvalidIndex(Finding):
    """An index is invalid, since a concurrent build failed, or MariaDB ignores it.

    Why it matters:
        No query uses it, and every write still pays for it: a warning. A unique one
        that is invalid does not hold for the rows from before, yet may reject new
        ones: an error. One that is ``IGNORED`` still holds. An ignored one that the
        model does not have is not reported.

    Fix:
        ``auto_fix`` builds an invalid one again in its place, CONCURRENTLY, and lets
        MariaDB use an ignored one. Drop an invalid one that the model does not have.
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
                if isinstance(index, (Unique, Index)) and _useless(index, declared):
                    yield cls(pair.ref, index, declared)
            if matching is pair.indexes:
                for index in _ignored_keys(pair):
                    yield cls(pair.ref, index, declared=True)

    @property
    @override
    def severity(self) -> Severity:
        lax = isinstance(self.index, Unique) and not self.index.ignored
        return Severity.ERROR if lax else Severity.WARNING

    @property
    @override
    def effect(self) -> Effect:
        if isinstance(self.index, Index) or self.index.ignored:
            return Effect.SLOWER
        return Effect.WRONG_DATA if self.declared else Effect.WRITES_FAIL

    @property
    @override
    def message(self) -> str:
        label = "Unique index" if isinstance(self.index, Unique) else "Index"
        state = "ignored by queries" if self.index.ignored else "invalid"
        return f"{label} '{self.index.name}' of '{address(self.table)}' is {state}."

    @property
    @override
    def hint(self) -> str:
        if self.index.ignored:
            change = f"ALTER TABLE {self.table.brief} ALTER INDEX {self.index.name}"
            return f"Run {change} NOT IGNORED."
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
        if not self.declared:
            return None
        return "used" if self.index.ignored else "valid"

    @property
    @override
    def actual(self) -> str | None:
        return "ignored" if self.index.ignored else "invalid"

    @property
    @override
    def fixable(self) -> bool:
        return self.declared
