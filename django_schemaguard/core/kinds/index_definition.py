"""SG302: an index that is defined otherwise than the model's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Effect, Finding, Severity
from django_schemaguard.core.kinds._objects import Redefined, undecided
from django_schemaguard.core.sameness import same_index
from django_schemaguard.core.schema import Facet, Index, Skip, Traits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


@dataclass(frozen=True, slots=True)
class IndexDefinition(Redefined):
    """An index is defined otherwise than the model's.

    Why it matters:
        Queries that rely on its columns, order, method, operator class, predicate or
        included columns may not be able to use it: a warning. One that was made unique
        rejects rows that the model allows: an error. Where only storage parameters
        differ, an administrator may have tuned it: info.

    Fix:
        Drop it and add it as its migration does, or change the model and migrate.
    """

    code: ClassVar[str] = "SG302"
    kind: ClassVar[str] = "index_definition"
    usual: ClassVar[Severity] = Severity.WARNING
    facet: ClassVar[Facet] = Facet.INDEX_DETAILS

    wanted: Index
    found: Index

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        for pair in pairs.tables:
            yield from undecided(pair, pair.indexes)
            for expected, actual in pair.indexes.changed:
                yield cls(pair.ref, expected, actual)

    @property
    def tuned(self) -> bool:
        """Whether only storage parameters differ."""
        untuned = replace(self.found, options=self.wanted.options)
        same = same_index(self.wanted, untuned, Traits("")) is True
        return same and not self.found.unique

    @property
    @override
    def severity(self) -> Severity:
        if self.found.unique:
            return Severity.ERROR
        return Severity.INFO if self.tuned else Severity.WARNING

    @property
    @override
    def effect(self) -> Effect:
        if self.found.unique:
            return Effect.WRITES_FAIL
        return Effect.NONE if self.tuned else Effect.SLOWER
