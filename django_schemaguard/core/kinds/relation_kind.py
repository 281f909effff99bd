"""SG112: a view, or another kind of table, where a table is due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Effect, Finding, Severity
from django_schemaguard.core.kinds._virtual import made_for_virtual
from django_schemaguard.core.kinds._wording import address, sql_address
from django_schemaguard.core.schema import Facet, RelationKind, Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs, TablePair

_BY_RELATION = {
    RelationKind.VIEW: (Severity.ERROR, Effect.LOCAL),
    RelationKind.MATERIALIZED_VIEW: (Severity.ERROR, Effect.INSERTS_FAIL),
    RelationKind.FOREIGN: (Severity.ERROR, Effect.WRONG_DATA),
    RelationKind.UNLOGGED: (Severity.WARNING, Effect.LOCAL),
}
_OTHER_ENGINE = (Severity.ERROR, Effect.WRONG_DATA)


def _engines(pair: TablePair, vendor: str) -> tuple[str, str] | None:
    """Return the engine that is due and the one that is there, if they differ."""
    wanted = pair.expected.engine or "InnoDB"
    found = pair.actual.engine
    if vendor != "mysql" or found is None or wanted.lower() == found.lower():
        return None
    return f"{wanted} table", f"{found} table"


def _article(noun: str) -> str:
    return "an" if noun[0].lower() in "aeiou" else "a"


@dataclass(frozen=True, slots=True)
class WrongRelationKind(Finding):
    """A view, foreign, unlogged or otherwise stored table is where a table is due.

    Why it matters:
        A view or foreign table has no constraints and may reject writes: an error;
        of what stands in it, only the columns are compared. An unlogged table is
        emptied after a crash: a warning. A table of another engine than InnoDB
        most often has neither transactions nor foreign keys: an error.

    Fix:
        Replace the view by the table of the migration; set the table logged, or
        alter its engine.
    """

    code: ClassVar[str] = "SG112"
    kind: ClassVar[str] = "relation_kind"
    usual: ClassVar[Severity] = Severity.ERROR
    facet: ClassVar[Facet] = Facet.RELATION_KINDS

    wanted: str
    found: str
    relation: RelationKind

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        vendor = pairs.actual.traits.vendor
        for pair in pairs.tables:
            wanted, found = pair.expected.kind, pair.actual.kind
            if pair.expected.partial or made_for_virtual(pair, vendor):
                continue
            if found not in {wanted, RelationKind.PARTITIONED}:
                yield cls(pair.ref, str(wanted), str(found), found)
            elif engines := _engines(pair, vendor):
                yield cls(pair.ref, *engines, found)

    @property
    @override
    def severity(self) -> Severity:
        return _BY_RELATION.get(self.relation, _OTHER_ENGINE)[0]

    @property
    @override
    def effect(self) -> Effect:
        return _BY_RELATION.get(self.relation, _OTHER_ENGINE)[1]

    @property
    @override
    def effect_text(self) -> str:
        subject = self.table.model or self.table.name
        if self.relation is RelationKind.UNLOGGED:
            return f"{subject} is emptied after a crash"
        return self.effect.value.format(subject)

    @property
    @override
    def message(self) -> str:
        found = f"{_article(self.found)} {self.found}"
        needs = f"{_article(self.wanted)} {self.wanted}"
        return f"'{address(self.table)}' is {found}; the model needs {needs}."

    @property
    @override
    def hint(self) -> str:
        if self.relation is RelationKind.UNLOGGED:
            return f"Run: ALTER TABLE {sql_address(self.table)} SET LOGGED;"
        return f"Replace it by {_article(self.wanted)} {self.wanted}, or waive it."

    @property
    @override
    def expected(self) -> str | None:
        return self.wanted

    @property
    @override
    def actual(self) -> str | None:
        return self.found
