"""What the schemas of two different servers have in common, and what they have not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from django_schemaguard.core.schema import (
    Absence,
    Facet,
    Index,
    Key,
    RelationKind,
    Skip,
    Table,
    Unique,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.schema import Schema

# What the words of two vendors can be compared for.
_SHARED = frozenset(
    {
        Facet.TABLES,
        Facet.COLUMNS,
        Facet.NULLS,
        Facet.PRIMARY_KEYS,
        Facet.UNIQUES,
        Facet.FOREIGN_KEYS,
        Facet.FOREIGN_KEY_ACTIONS,
        Facet.INDEXES,
    }
)
_VIEWS = frozenset({RelationKind.VIEW, RelationKind.MATERIALIZED_VIEW})
# What the connected role may do, and what the rows hold, is no part of a schema.
_PASSING = frozenset(
    {Facet.PRIVILEGES, Facet.ROW_SECURITY, Facet.SEQUENCES, Facet.TRIGGERS}
)

_Names: TypeAlias = frozenset[tuple[str | None, str | None]]


def common_ground(one: Schema, other: Schema) -> tuple[Schema, Schema]:
    """Return both schemas as far as they can be compared.

    What cannot is among the skips of the second one.
    """
    sees = (one.traits.sees & other.traits.sees) - _PASSING
    unseen = (one.traits.sees | other.traits.sees) - _PASSING - sees
    skips: list[Skip] = []
    if one.traits.vendor != other.traits.vendor:
        pair = f"{one.traits.vendor} and {other.traits.vendor}"
        reason = f"It cannot be compared between {pair}."
        unseen |= sees - _SHARED
        sees &= _SHARED
        skips = [*_particular(one, reason), *_particular(other, reason)]
        apart = frozenset((skip.table, skip.object) for skip in skips)
        one = _plain(_with_key_indexes(one, Absence.ALLOWED), apart)
        other = _plain(_with_key_indexes(other, Absence.REPORTED), apart)
    else:
        reason = "One of the two was read without it."
    skips = [*(Skip(None, facet, reason) for facet in sorted(unseen)), *skips]
    traits = replace(
        other.traits,
        sees=sees,
        folds_tables=one.traits.folds_tables or other.traits.folds_tables,
        folds_columns=one.traits.folds_columns or other.traits.folds_columns,
    )
    if other.objects is None and one.objects is not None:
        reason = "They were read of one of the two only."
        skips.append(Skip(None, "triggers, functions, views and grants", reason))
    told = tuple(dict.fromkeys((*other.skips, *skips)))
    return replace(one, traits=traits), replace(other, traits=traits, skips=told)


def _particular(schema: Schema, reason: str) -> Iterator[Skip]:
    for table in schema:
        if table.kind in _VIEWS:
            yield Skip(table.name, None, reason)
            continue
        things: tuple[Unique | Index, ...] = (*table.uniques, *table.indexes)
        for thing in things:
            if not _is_plain(thing):
                yield Skip(table.name, thing.name or None, reason)


def _with_key_indexes(schema: Schema, absence: Absence) -> Schema:
    """Return the schema with the indexes that InnoDB makes for foreign keys.

    What models ask of it lacks them, since nobody but the server makes them.

    Args:
        schema: Of any server; that of another is returned as it is.
        absence: What it means when the other side lacks one. Where that is nothing,
            the side is the yardstick; on the other side none is ever extra.
    """
    if schema.traits.vendor != "mysql":
        return schema
    implied = absence is Absence.REPORTED
    tables = []
    for table in schema:
        there = {*map(_columns, table.uniques), *map(_columns, table.indexes)}
        made = tuple(
            Index(
                key.name, tuple(map(Key, key.columns)), implied=implied, absence=absence
            )
            for key in table.foreign_keys
            if key.columns not in there
        )
        tables.append(replace(table, indexes=table.indexes + made) if made else table)
    return replace(schema, tables=tuple(tables))


def _plain(schema: Schema, apart: _Names) -> Schema:
    tables = (_plain_table(t, apart) for t in schema if t.kind not in _VIEWS)
    views = (table.name for table in schema if table.kind in _VIEWS)
    known = schema.known | frozenset(map(schema.traits.table_key, views))
    return replace(schema, tables=tuple(tables), known=known)


def _plain_table(table: Table, apart: _Names) -> Table:
    """Return the table without what only its own server has, names included.

    What the other has under the name of such a thing is left out, too.
    """
    uniques = tuple(it for it in table.uniques if _is_shared(it, table, apart))
    indexes = tuple(it for it in table.indexes if _is_shared(it, table, apart))
    longer = {*map(_columns, uniques), *map(_columns, indexes)}
    if table.primary_key is not None:
        longer.add(table.primary_key.columns)
    return replace(
        table,
        uniques=tuple(replace(it, named=False) for it in uniques),
        indexes=tuple(
            replace(it, named=False)
            for it in indexes
            if not _begins_another(it, longer)
        ),
        checks=(),
        exclusions=(),
        comment="",
        collation=None,
        engine=None,
    )


def _is_shared(thing: Unique | Index, table: Table, apart: _Names) -> bool:
    return _is_plain(thing) and (table.name, thing.name) not in apart


def _columns(thing: Unique | Index) -> tuple[str | None, ...]:
    return tuple(key.column for key in thing.keys)


def _begins_another(index: Index, longer: set[tuple[str | None, ...]]) -> bool:
    """Return whether a longer index does its work; InnoDB makes no other then."""
    columns = _columns(index)
    return any(
        len(it) > len(columns) and it[: len(columns)] == columns for it in longer
    )


def _is_plain(thing: Unique | Index) -> bool:
    """Return whether any server could have the index as it is."""
    return (
        thing.condition is None
        and not thing.include
        and thing.method in {"btree", "BTREE"}
        and all(map(_is_column, thing.keys))
    )


def _is_column(key: Key) -> bool:
    return key.column is not None and key.opclass is None and key.length is None
