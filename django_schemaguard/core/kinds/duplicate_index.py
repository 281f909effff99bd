"""SG305: an index or constraint that repeats another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Effect, Finding, Severity
from django_schemaguard.core.kinds._objects import matchings
from django_schemaguard.core.kinds._wording import address, name_of
from django_schemaguard.core.schema import Facet, Index, Skip, TableObject, Unique

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs

_FACETS = (
    Facet.INDEXES,
    Facet.UNIQUES,
    Facet.CHECKS,
    Facet.EXCLUSIONS,
    Facet.FOREIGN_KEYS,
)


@dataclass(frozen=True, slots=True)
class DuplicateIndex(Finding):
    """An index or constraint repeats another one of the table.

    Why it matters:
        Nothing but room, and time on every write.

    Fix:
        Drop the one that the model does not declare.
    """

    code: ClassVar[str] = "SG305"
    kind: ClassVar[str] = "duplicate_index"
    usual: ClassVar[Severity] = Severity.INFO
    facet: ClassVar[Facet] = Facet.TABLES

    extra: TableObject
    kept: TableObject

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        detailed = Facet.INDEX_DETAILS in pairs.actual.traits.sees
        for pair, matching in matchings(pairs, *_FACETS):
            for extra, kept in matching.duplicates:
                if isinstance(extra, Index) and not detailed:
                    continue  # They may differ in what nobody sees.
                # A failed build is one finding, InvalidIndex.
                if not isinstance(extra, (Index, Unique)) or extra.valid:
                    yield cls(pair.ref, extra, kept)

    @property
    @override
    def effect(self) -> Effect:
        return Effect.NONE

    @property
    @override
    def message(self) -> str:
        subject = f"{self.extra.label.capitalize()} '{self.extra.name}'"
        return f"{subject} of '{address(self.table)}' repeats '{self.kept.name}'."

    @property
    @override
    def hint(self) -> str:
        return f"Drop '{self.extra.name}'; the model does not declare it."

    @property
    @override
    def object(self) -> str | None:
        return name_of(self.extra)

    @property
    @override
    def actual(self) -> str | None:
        return self.extra.definition
