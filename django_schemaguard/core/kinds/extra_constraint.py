"""SG204: a constraint in the database that the model does not have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Effect, Finding, Severity
from django_schemaguard.core.kinds._objects import matchings
from django_schemaguard.core.kinds._wording import (
    DROP_OR_WAIVE,
    address,
    brief,
    name_of,
    title,
)
from django_schemaguard.core.schema import (
    Check,
    Facet,
    ForeignKey,
    Skip,
    TableObject,
    Unique,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs

_FACETS = (Facet.UNIQUES, Facet.CHECKS, Facet.EXCLUSIONS, Facet.FOREIGN_KEYS)


def _rejects(constraint: TableObject) -> bool:
    if isinstance(constraint, Check):
        return constraint.enforced
    if isinstance(constraint, ForeignKey):
        return constraint.enforced and constraint.triggers_enabled
    return True


@dataclass(frozen=True, slots=True)
class ExtraConstraint(Finding):
    """A table has a constraint that its model does not declare.

    Why it matters:
        It rejects rows that the model allows, so saving them fails with an
        IntegrityError that no form foresees: an error; a warning for a foreign key,
        which rejects only rows that refer to nothing. One that is switched off
        rejects nothing: info.

    Fix:
        Drop it, or declare it in the model and migrate.
    """

    code: ClassVar[str] = "SG204"
    kind: ClassVar[str] = "extra_constraint"
    usual: ClassVar[Severity] = Severity.ERROR
    facet: ClassVar[Facet] = Facet.TABLES

    constraint: TableObject

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        for pair, matching in matchings(pairs, *_FACETS):
            for constraint in matching.extra:
                # A failed build is one finding, InvalidIndex.
                if not isinstance(constraint, Unique) or constraint.valid:
                    yield cls(pair.ref, constraint)

    @property
    @override
    def severity(self) -> Severity:
        if not _rejects(self.constraint):
            return Severity.INFO
        foreign = isinstance(self.constraint, ForeignKey)
        return Severity.WARNING if foreign else Severity.ERROR

    @property
    @override
    def effect(self) -> Effect:
        return Effect.WRITES_FAIL if _rejects(self.constraint) else Effect.NONE

    @property
    @override
    def message(self) -> str:
        what, constraint = title(self.constraint, named=True), self.constraint
        if isinstance(constraint, Unique) and not constraint.constraint:
            what = f"Unique index{what.removeprefix('Unique constraint')}"
        subject = f"{what} of '{address(self.table)}'"
        return f"{subject} is not in the model: {brief(self.constraint.definition)}."

    @property
    @override
    def hint(self) -> str:
        if _rejects(self.constraint):
            return "Drop it, or declare it in the model and migrate."
        return DROP_OR_WAIVE

    @property
    @override
    def object(self) -> str | None:
        return name_of(self.constraint)

    @property
    @override
    def actual(self) -> str | None:
        return self.constraint.definition
