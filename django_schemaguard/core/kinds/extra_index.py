"""SG306: an index in the database that the model does not have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Effect, Finding, Severity
from django_schemaguard.core.kinds._wording import (
    DROP_OR_WAIVE,
    address,
    brief,
    name_of,
    title,
)
from django_schemaguard.core.schema import Facet, Index, Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


@dataclass(frozen=True, slots=True)
class ExtraIndex(Finding):
    """A table has an index that its model does not declare.

    Why it matters:
        Nothing but room, and time on every write. Often it was added on purpose, by
        RunSQL or by hand, and is then missed in the next environment.

    Fix:
        Declare it in the model's ``Meta.indexes`` and migrate, drop it, or waive it.
    """

    code: ClassVar[str] = "SG306"
    kind: ClassVar[str] = "extra_index"
    usual: ClassVar[Severity] = Severity.INFO
    facet: ClassVar[Facet] = Facet.INDEXES

    index: Index

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        for pair in pairs.tables:
            for index in pair.indexes.extra:
                if index.valid:
                    yield cls(pair.ref, index)

    @property
    @override
    def effect(self) -> Effect:
        return Effect.NONE

    @property
    @override
    def message(self) -> str:
        subject = f"{title(self.index, named=True)} of '{address(self.table)}'"
        return f"{subject} is not in the model: {brief(self.index.definition)}."

    @property
    @override
    def hint(self) -> str:
        return DROP_OR_WAIVE

    @property
    @override
    def object(self) -> str | None:
        return name_of(self.index)

    @property
    @override
    def actual(self) -> str | None:
        return self.index.definition
