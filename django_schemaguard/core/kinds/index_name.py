"""SG304: an index or constraint that bears another name than the model's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Effect, Finding, Severity
from django_schemaguard.core.kinds._objects import matchings
from django_schemaguard.core.kinds._wording import address
from django_schemaguard.core.schema import Facet, ForeignKey, Skip, TableObject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs

_FACETS = (Facet.INDEXES, Facet.UNIQUES, Facet.CHECKS, Facet.EXCLUSIONS)


def _named(thing: TableObject) -> bool:
    return not isinstance(thing, ForeignKey) and thing.named


@dataclass(frozen=True, slots=True)
class IndexName(Finding):
    """An index or constraint has the model's definition and another name.

    Why it matters:
        Nothing at run time. A later migration that renames or removes it looks for
        the model's name and fails. Only names that the model itself gives are
        compared, not those which Django makes up.

    Fix:
        Rename it by hand.
    """

    code: ClassVar[str] = "SG304"
    kind: ClassVar[str] = "index_name"
    usual: ClassVar[Severity] = Severity.INFO
    facet: ClassVar[Facet] = Facet.TABLES

    wanted: TableObject
    found: TableObject

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        fold = pairs.actual.traits.key
        for pair, matching in matchings(pairs, *_FACETS):
            for expected, actual in matching.same:
                if _named(expected) and fold(expected.name) != fold(actual.name):
                    yield cls(pair.ref, expected, actual)

    @property
    @override
    def effect(self) -> Effect:
        return Effect.NONE

    @property
    @override
    def message(self) -> str:
        subject = f"{self.found.label.capitalize()} '{self.wanted.name}'"
        name = f"is named '{self.found.name}'" if self.found.name else "has no name"
        return f"{subject} of '{address(self.table)}' {name}."

    @property
    @override
    def hint(self) -> str:
        return f"Rename it to '{self.wanted.name}'."

    @property
    @override
    def object(self) -> str | None:
        return self.wanted.name

    @property
    @override
    def expected(self) -> str | None:
        return self.wanted.name

    @property
    @override
    def actual(self) -> str | None:
        return self.found.name or None
