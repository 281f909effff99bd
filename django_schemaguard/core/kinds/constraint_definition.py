"""SG203: a constraint that is defined otherwise than the model's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Effect, Finding, Severity
from django_schemaguard.core.kinds._objects import matchings, undecided
from django_schemaguard.core.kinds._wording import address, contrast, name_of, title
from django_schemaguard.core.schema import Facet, Skip, TableObject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs

_FACETS = (Facet.UNIQUES, Facet.CHECKS, Facet.EXCLUSIONS)


@dataclass(frozen=True, slots=True)
class ConstraintDefinition(Finding):
    """A unique, check or exclusion constraint is defined otherwise than the model's.

    Why it matters:
        The database accepts rows that the model forbids, or rejects rows that it
        allows, though a constraint of that name stands there. Columns, expressions,
        predicate, included columns, operators, deferral and the treatment of NULL
        are compared.

    Fix:
        Drop it and add it as its migration does, or change the model and migrate.
    """

    code: ClassVar[str] = "SG203"
    kind: ClassVar[str] = "constraint_definition"
    usual: ClassVar[Severity] = Severity.WARNING
    facet: ClassVar[Facet] = Facet.TABLES

    wanted: TableObject
    found: TableObject

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        for pair, matching in matchings(pairs, *_FACETS):
            yield from undecided(pair, matching)
            for expected, actual in matching.changed:
                yield cls(pair.ref, expected, actual)

    @property
    @override
    def effect(self) -> Effect:
        return Effect.WRONG_DATA

    @property
    @override
    def message(self) -> str:
        subject = f"{title(self.found, named=True)} of '{address(self.table)}'"
        return f"{subject} {contrast(self.found.definition, self.wanted.definition)}."

    @property
    @override
    def hint(self) -> str:
        return "Replace it as its migration made it, or change the model and migrate."

    @property
    @override
    def object(self) -> str | None:
        return name_of(self.found, self.wanted)

    @property
    @override
    def expected(self) -> str | None:
        return self.wanted.definition

    @property
    @override
    def actual(self) -> str | None:
        return self.found.definition
