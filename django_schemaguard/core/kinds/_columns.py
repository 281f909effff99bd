"""What the kinds about columns share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Finding
from django_schemaguard.core.kinds._wording import address
from django_schemaguard.core.schema import Column, Facet, RelationKind, Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs, TablePair

ORDINARY = frozenset(
    {RelationKind.TABLE, RelationKind.PARTITIONED, RelationKind.UNLOGGED}
)


def ordinary(pairs: Pairs) -> Iterator[TablePair]:
    """Yield the pairs whose actual side is a table, not a view in its place."""
    for pair in pairs.tables:
        if pair.actual.kind in ORDINARY:
            yield pair


def column_pairs(
    pairs: Pairs, facet: Facet
) -> Iterator[tuple[TablePair, Column, Column]]:
    """Yield the columns on both sides of ordinary tables that state the facet.

    Those are left out that are plainly the same.
    """
    for pair in ordinary(pairs):
        if facet in pair.actual.unseen:
            continue
        for expected, actual in pair.unlike:
            if expected.states(facet):
                yield pair, expected, actual


def not_compared(
    pair: TablePair, what: str, thing: str | None, reason: str
) -> Iterator[Skip]:
    """Yield a Skip for one thing; none where the whole table is said to be locked."""
    if pair.actual.locked is None:
        text = reason.rstrip(".")
        yield Skip(pair.actual.name, thing, f"Cannot compare {what}: {text}.")


@dataclass(frozen=True, slots=True)
class ColumnDifference(Finding):
    """A column that stands on both sides and differs."""

    expected_column: Column
    actual_column: Column

    @property
    def subject(self) -> str:
        """The column with its table, as messages name it."""
        return f"{address(self.table)}.{self.actual_column.name}"

    @property
    @override
    def object(self) -> str | None:
        return self.actual_column.name

    @property
    @override
    def field(self) -> str | None:
        return self.expected_column.field
