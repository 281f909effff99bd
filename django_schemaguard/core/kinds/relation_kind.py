"""SG112: a view, or another kind of table, where a table is due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from ..._typing import override
from ..finding import Effect, Finding, Severity
from ..pairing import Pairs
from ..schema import Facet, RelationKind, Skip
from ._wording import address

_BY_RELATION = {
    RelationKind.VIEW: (Severity.ERROR, Effect.LOCAL),
    RelationKind.MATERIALIZED_VIEW: (Severity.ERROR, Effect.INSERTS_FAIL),
    RelationKind.FOREIGN: (Severity.ERROR, Effect.WRONG_DATA),
}
_OTHER = (Severity.WARNING, Effect.LOCAL)


def _differ(one: str, other: str) -> bool:
    return one.lower() != other.lower()


def _article(noun: str) -> str:
    return "an" if noun[0].lower() in "aeiou" else "a"


@dataclass(frozen=True, slots=True)
class WrongRelationKind(Finding):
    """A view, foreign, unlogged or otherwise stored table is where a table is due.

    Why it matters:
        A view or foreign table has no constraints and may reject writes: an error;
        of what stands in it, only the columns are compared. An unlogged table is
        emptied after a crash, and a table of another engine than InnoDB may lack
        transactions and foreign keys: a warning.

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
        for pair in pairs.tables:
            ours, theirs = pair.expected, pair.actual
            if ours.partial:
                continue
            if (
                theirs.kind is not ours.kind
                and theirs.kind is not RelationKind.PARTITIONED
            ):
                yield cls(pair.ref, str(ours.kind), str(theirs.kind), theirs.kind)
            elif ours.engine and theirs.engine and _differ(ours.engine, theirs.engine):
                yield cls(
                    pair.ref,
                    f"{ours.engine} table",
                    f"{theirs.engine} table",
                    theirs.kind,
                )

    @property
    @override
    def severity(self) -> Severity:
        return _BY_RELATION.get(self.relation, _OTHER)[0]

    @property
    @override
    def effect(self) -> Effect:
        return _BY_RELATION.get(self.relation, _OTHER)[1]

    @property
    @override
    def message(self) -> str:
        found = f"{_article(self.found)} {self.found}"
        needs = f"{_article(self.wanted)} {self.wanted}"
        return f"'{address(self.table)}' is {found}; the model needs {needs}."

    @property
    @override
    def hint(self) -> str:
        return f"Replace it by {_article(self.wanted)} {self.wanted}, or waive it."

    @property
    @override
    def expected(self) -> str | None:
        return self.wanted

    @property
    @override
    def actual(self) -> str | None:
        return self.found
