"""SQLite's virtual tables, such as those for full-text search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.core.schema import RelationKind

if TYPE_CHECKING:
    from django_schemaguard.core.pairing import TablePair

ROW_ID = "rowid"


def made_for_virtual(pair: TablePair, vendor: str) -> bool:
    """Return whether the model is one for the virtual table that is there.

    Such a model has the hidden row number for its primary key, the only key that a
    virtual table has. No catalog lists that column, and every query finds it.
    """
    key = pair.expected.primary_key
    return (
        vendor == "sqlite"
        and pair.actual.kind is RelationKind.FOREIGN
        and key is not None
        and [name.lower() for name in key.columns] == [ROW_ID]
    )
