"""SG203: a constraint that is defined otherwise than the model's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Effect, Finding, Severity
from django_schemaguard.core.kinds._objects import Redefined, matchings, undecided
from django_schemaguard.core.schema import Facet, Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs

_FACETS = (Facet.UNIQUES, Facet.CHECKS, Facet.EXCLUSIONS)


@dataclass(frozen=True, slots=True)
class ConstraintDefinition(Redefined):
    """A unique, check or exclusion constraint is defined otherwise than the model's.

    Why it matters:
        The database accepts rows that the model forbids, or rejects rows that it
        allows, though a constraint of that name stands there; which of the two, the
        definitions show, and no text tells in general. Columns, expressions,
        predicate, included columns, operators, deferral and the treatment of NULL
        are compared.

    Fix:
        Drop it and add it as its migration does, or change the model and migrate.
    """

    code: ClassVar[str] = "SG203"
    kind: ClassVar[str] = "constraint_definition"
    usual: ClassVar[Severity] = Severity.WARNING
    facet: ClassVar[Facet] = Facet.TABLES

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
        return Effect.OTHER_ROWS
