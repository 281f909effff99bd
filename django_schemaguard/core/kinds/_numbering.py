"""What the kinds about sequences share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.core.kinds._columns import column_pairs
from django_schemaguard.core.schema import Column, Facet, Identity, Numbering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs, TablePair

NUMBERED = frozenset(
    {
        Identity.BY_DEFAULT,
        Identity.ALWAYS,
        Identity.SERIAL,
        Identity.AUTOINCREMENT,
    }
)


def numbered_columns(
    pairs: Pairs,
) -> Iterator[tuple[TablePair, Column, Column, Numbering | None]]:
    """Yield each column that the model wants numbered and that is, with by what."""
    for pair, expected, actual in column_pairs(pairs, Facet.IDENTITY):
        if expected.identity in NUMBERED and actual.identity in NUMBERED:
            yield pair, expected, actual, _numbering(pair, actual.name)


def _numbering(pair: TablePair, column: str) -> Numbering | None:
    found = (each for each in pair.actual.numbering if each.column == column)
    return next(found, None)
