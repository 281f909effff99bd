"""Uniques and indexes as a reader sees them that knows their columns only."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from django_schemaguard.core.schema import (
    Deferral,
    Facet,
    Index,
    Key,
    Table,
    Traits,
    Unique,
)

T = TypeVar("T", Unique, Index)


def as_seen(table: Table, traits: Traits) -> Table:
    """Return the table without the details that the reader cannot see.

    What has no columns, since its keys are expressions, is left out.
    """
    if Facet.INDEX_DETAILS in traits.sees:
        return table
    return replace(
        table,
        uniques=tuple(
            replace(
                _plain(unique), deferral=Deferral.NOT_DEFERRABLE, nulls_distinct=True
            )
            for unique in table.uniques
            if _has_columns(unique)
        ),
        indexes=tuple(_plain(index) for index in table.indexes if _has_columns(index)),
    )


def _has_columns(thing: Unique | Index) -> bool:
    return all(key.column is not None for key in thing.keys)


def _plain(thing: T) -> T:
    return replace(
        thing,
        keys=tuple(Key(key.column) for key in thing.keys),
        condition=None,
        include=(),
        method="btree",
        options=(),
    )
