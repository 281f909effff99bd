"""SG301: an index that the model declares and the table lacks."""

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
from django_schemaguard.core.schema import Absence, Facet, Index, Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


@dataclass(frozen=True, slots=True)
class MissingIndex(Finding):
    """A table lacks an index of its model.

    Why it matters:
        Queries that rely on it read the whole table. What Django's own migrations are
        known to leave out (``_like`` indexes of columns that once had another type) is
        info.

    Fix:
        ``auto_fix`` adds it as its migration does; on PostgreSQL by CREATE INDEX
        CONCURRENTLY, which keeps the table writable.
    """

    code: ClassVar[str] = "SG301"
    kind: ClassVar[str] = "missing_index"
    usual: ClassVar[Severity] = Severity.WARNING
    facet: ClassVar[Facet] = Facet.INDEXES
    additive: ClassVar[bool] = True

    index: Index
    field_name: str | None = None

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        for pair, matching in matchings(pairs, Facet.INDEXES):
            for index in matching.missing:
                if isinstance(index, Index) and index.absence is not Absence.ALLOWED:
                    yield cls(pair.ref, index, field_of(pair, index))

    @property
    @override
    def severity(self) -> Severity:
        artefact = self.index.absence is Absence.ARTEFACT
        return Severity.INFO if artefact else Severity.WARNING

    @property
    @override
    def effect(self) -> Effect:
        return Effect.SLOWER

    @property
    @override
    def message(self) -> str:
        return f"{expected_title(self.index)} of '{address(self.table)}' is missing."

    @property
    @override
    def hint(self) -> str:
        return LEFT_OUT if self.left else ADD_IT

    @property
    @override
    def object(self) -> str | None:
        return name_of(self.index)

    @property
    @override
    def field(self) -> str | None:
        return self.field_name

    @property
    @override
    def left(self) -> Left | None:
        artefact = self.index.absence is Absence.ARTEFACT
        return Left.BY_RETYPING if artefact else None

    @override
    def as_drift(self) -> Finding:
        return replace(self, index=replace(self.index, absence=Absence.REPORTED))

    @property
    @override
    def expected(self) -> str | None:
        return self.index.definition

    @property
    @override
    def cause(self) -> Cause:
        artefact = self.index.absence is Absence.ARTEFACT
        return Cause.UPGRADE_RESIDUE if artefact else Cause.DRIFT

    @property
    @override
    def fixable(self) -> bool:
        return not self.index.opaque
