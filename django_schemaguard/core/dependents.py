"""Constraints and indexes that follow from a column that is missing or renamed.

One cause is one finding: what stands on a missing column is missing because the
column is, and what stands on a renamed one was renamed with it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from django_schemaguard.core.pair_columns import ColumnPairs, mentions, renamed_keys
from django_schemaguard.core.schema import (
    Check,
    Exclusion,
    Expression,
    ForeignKey,
    Index,
    Key,
    Table,
    Traits,
    Unique,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T", ForeignKey, Unique, Check, Exclusion, Index)
TableObject = ForeignKey | Unique | Check | Exclusion | Index


def _keys(thing: TableObject) -> tuple[Key, ...]:
    if isinstance(thing, ForeignKey):
        return tuple(Key(column) for column in thing.columns)
    return () if isinstance(thing, Check) else thing.keys


def _expressions(thing: TableObject) -> Iterable[Expression | None]:
    if isinstance(thing, Check):
        yield thing.expression
    elif not isinstance(thing, ForeignKey):
        yield thing.condition
        yield from (key.expression for key in thing.keys)


def columns_of(thing: TableObject) -> frozenset[str]:
    """Return the plain columns that the object names, expressions aside."""
    names = {key.column for key in _keys(thing) if key.column}
    if not isinstance(thing, (ForeignKey, Check)):
        names.update(thing.include)
    return frozenset(names)


def stands_on(thing: TableObject, names: frozenset[str], traits: Traits) -> bool:
    """Return whether the object names any of the columns, in any place."""
    folded = frozenset(map(traits.key, names))
    if not folded.isdisjoint(map(traits.key, columns_of(thing))):
        return True
    return any(mentions(expression, names) for expression in _expressions(thing))


def _rename(thing: T, names: dict[str, str]) -> T:
    if isinstance(thing, Check):
        return thing
    if isinstance(thing, ForeignKey):
        columns = tuple(names.get(column, column) for column in thing.columns)
        return replace(thing, columns=columns)
    include = tuple(names.get(column, column) for column in thing.include)
    return replace(thing, keys=renamed_keys(thing.keys, names), include=include)


def without_consequences(
    expected: Iterable[T], actual: Iterable[T], columns: ColumnPairs, traits: Traits
) -> tuple[list[T], list[T]]:
    """Return both lists without what a missing, renamed or extra column explains.

    Plain references to a renamed column get its new name, so the object is still
    compared. An object that names the column inside an expression is dropped
    together with its namesake.
    """
    if not (columns.missing or columns.renamed or columns.extra):
        return list(expected), list(actual)
    names = {old.name: new.name for old, new in columns.renamed}
    gone = frozenset(column.name for column in columns.missing)
    ours = [_rename(thing, names) for thing in expected]
    dropped = [
        thing
        for thing in ours
        if stands_on(thing, gone, traits)
        or any(mentions(e, frozenset(names)) for e in _expressions(thing))
    ]
    namesakes = {traits.key(thing.name) for thing in dropped} - {""}
    renamed = frozenset(names.values())
    return (
        [thing for thing in ours if thing not in dropped],
        [
            thing
            for thing in actual
            if traits.key(thing.name) not in namesakes
            and not any(mentions(e, renamed) for e in _expressions(thing))
            and not _only_on_extra(thing, columns)
        ],
    )


def _only_on_extra(thing: TableObject, columns: ColumnPairs) -> bool:
    """Return whether the object touches nothing but harmless extra columns."""
    harmless = {c.name for c in columns.extra if c.nullable and c.default is None}
    if any(_expressions(thing)):
        return False
    named = columns_of(thing)
    return bool(named) and named <= harmless


def primary_key_columns(
    table: Table, columns: ColumnPairs, fold: Callable[[str], str]
) -> tuple[str, ...] | None:
    """Return the expected key's columns as now named; None if one is missing."""
    if table.primary_key is None:
        return ()
    names = {old.name: new.name for old, new in columns.renamed}
    gone = {fold(column.name) for column in columns.missing}
    if any(fold(column) in gone for column in table.primary_key.columns):
        return None
    return tuple(names.get(column, column) for column in table.primary_key.columns)
