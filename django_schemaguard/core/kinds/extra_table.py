"""SG103: a table in the database that nothing declares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from ..._typing import override
from ..finding import Effect, Finding, Severity
from ..pairing import Pairs
from ..schema import Facet, RelationKind, Skip
from ._wording import DROP_OR_WAIVE, address


@dataclass(frozen=True, slots=True)
class ExtraTable(Finding):
    """A table in the database belongs to no model, migration or setting.

    Why it matters:
        Nothing at run time. It may be left over from a removed app, or be made by
        hand and then missed in the next environment.

    Fix:
        Drop it if nothing uses it. Declare it in ``SCHEMAGUARD["TABLES"]`` if the
        project needs it, or waive it.
    """

    code: ClassVar[str] = "SG103"
    kind: ClassVar[str] = "extra_table"
    usual: ClassVar[Severity] = Severity.INFO
    facet: ClassVar[Facet] = Facet.TABLES

    relation: RelationKind

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        for table in pairs.extra:
            yield cls(table.ref, table.kind)

    @property
    @override
    def effect(self) -> Effect:
        return Effect.NONE

    @property
    @override
    def message(self) -> str:
        return (
            f"{self.relation.capitalize()} '{address(self.table)}' belongs to no model."
        )

    @property
    @override
    def hint(self) -> str:
        return DROP_OR_WAIVE

    @property
    @override
    def actual(self) -> str | None:
        return str(self.relation)
