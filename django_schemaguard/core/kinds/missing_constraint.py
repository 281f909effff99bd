"""SG202: a constraint that the model declares and the table lacks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Cause, Effect, Finding, Left, Severity
from django_schemaguard.core.kinds._objects import field_of, matchings
from django_schemaguard.core.kinds._wording import (
    ADD_IT,
    LEFT_OUT,
    address,
    expected_title,
    name_of,
)
from django_schemaguard.core.schema import (
    Absence,
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


def _absence(constraint: TableObject) -> Absence:
    if isinstance(constraint, ForeignKey):
        return Absence.REPORTED
    return constraint.absence


@dataclass(frozen=True, slots=True)
class MissingConstraint(Finding):
    """A table lacks a unique, check, foreign key or exclusion constraint of its model.

    Why it matters:
        Rows that the model forbids get in, by raw SQL, by another program, and for
        uniques also by two requests at once: an error for uniques, since Django
        relies on the database for them; a warning for the others. What Django's own
        migrations are known to leave out is info.

    Fix:
        ``auto_fix`` adds it as its migration does. Rows that break it have to be
        mended first; it counts and shows them.
    """

    code: ClassVar[str] = "SG202"
    kind: ClassVar[str] = "missing_constraint"
    usual: ClassVar[Severity] = Severity.ERROR
    facet: ClassVar[Facet] = Facet.TABLES
    additive: ClassVar[bool] = True

    constraint: TableObject
    field_name: str | None = None

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        for pair, matching in matchings(pairs, *_FACETS):
            for constraint in matching.missing:
                if _absence(constraint) is not Absence.ALLOWED:
                    yield cls(pair.ref, constraint, field_of(pair, constraint))

    @property
    @override
    def severity(self) -> Severity:
        if _absence(self.constraint) is Absence.ARTEFACT:
            return Severity.INFO
        unique = isinstance(self.constraint, Unique)
        return Severity.ERROR if unique else Severity.WARNING

    @property
    @override
    def effect(self) -> Effect:
        return Effect.WRONG_DATA

    @property
    @override
    def message(self) -> str:
        title = expected_title(self.constraint)
        return f"{title} of '{address(self.table)}' is missing."

    @property
    @override
    def hint(self) -> str:
        left_out = _absence(self.constraint) is Absence.ARTEFACT
        return LEFT_OUT if left_out else ADD_IT

    @property
    @override
    def object(self) -> str | None:
        return name_of(self.constraint)

    @property
    @override
    def field(self) -> str | None:
        return self.field_name

    @property
    @override
    def left(self) -> Left | None:
        checked = isinstance(self.constraint, Check)
        artefact = _absence(self.constraint) is Absence.ARTEFACT
        return Left.BY_ALTERING if artefact and checked else None

    @override
    def as_drift(self) -> Finding:
        if isinstance(self.constraint, ForeignKey):
            return self
        reported = replace(self.constraint, absence=Absence.REPORTED)
        return replace(self, constraint=reported)

    @property
    @override
    def expected(self) -> str | None:
        return self.constraint.definition

    @property
    @override
    def cause(self) -> Cause:
        artefact = _absence(self.constraint) is Absence.ARTEFACT
        return Cause.UPGRADE_RESIDUE if artefact else Cause.DRIFT

    @property
    @override
    def fixable(self) -> bool:
        return not (isinstance(self.constraint, Check) and self.constraint.opaque)
