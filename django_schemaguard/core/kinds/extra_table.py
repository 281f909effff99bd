"""SG103: a table in the database that nothing declares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Effect, Finding, Severity
from django_schemaguard.core.kinds._wording import DROP_OR_WAIVE, address
from django_schemaguard.core.schema import Facet, RelationKind, Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


@dataclass(frozen=True, slots=True)
class ExtraTable(Finding):
    """A table in the database belongs to no model, migration or setting.

    Why it matters:
        Nothing at run time. It may be left over from a removed app, or be made by
        hand and then missed in the next environment. Views, materialized views and
        foreign tables are not reported, since migrations make them without a model;
        a snapshot named by ``OBJECTS`` tells of views (SG409).

    Fix:
        Where a model uses it, do what the finding about its migration says. Drop it
        only if nothing uses it. Declare it in ``SCHEMAGUARD["TABLES"]`` if the
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
        what = f"{self.relation.capitalize()} '{address(self.table)}'"
        if self.table.model is None:
            return f"{what} belongs to no model."
        return f"{what} is of {self.table.model}, which no applied migration makes."

    @property
    @override
    def hint(self) -> str:
        return DROP_OR_WAIVE

    @property
    @override
    def actual(self) -> str | None:
        return str(self.relation)
