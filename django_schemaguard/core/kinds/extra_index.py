"""SG306: an index in the database that the model does not have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from ..._typing import override
from ..finding import Effect, Finding, Severity
from ..pairing import Pairs
from ..schema import Facet, Index, Skip
from ._wording import DROP_OR_WAIVE, address, brief, name_of, title


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
