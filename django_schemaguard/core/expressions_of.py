"""All expressions of a table: collect them, and put them back changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias, TypeVar

from django_schemaguard.core.schema import (
    Check,
    Column,
    Exclusion,
    Expression,
    Index,
    Key,
    Table,
    Unique,
)

T = TypeVar("T", Unique, Exclusion, Index)
Owner: TypeAlias = Check | Unique | Exclusion | Index


class Role(StrEnum):
    """What an expression is used as; decides how a server is asked."""

    CONDITION = "condition"  # A check or a predicate.
    KEY = "key"  # An index key.
    VALUE = "value"  # A default or a generated column, cast to the column type.
    TYPE = "type"  # The name of a data type.


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression stands.

    Attributes:
        role: What it is used as.
        column: For `Role.VALUE`: the column it is for.
    """

    role: Role
    column: str | None = None


Change = Callable[[Place, Expression], Expression]

_CONDITION = Place(Role.CONDITION)
_KEY = Place(Role.KEY)


def expressions_of(table: Table) -> Iterator[tuple[Place, Expression]]:
    """Yield every expression of the table with its place."""
    for _, place, expression in owned_expressions(table):
        yield place, expression


def owned_expressions(
    table: Table,
) -> Iterator[tuple[Owner | None, Place, Expression]]:
    """Yield every expression of the table with its owner, None for a column."""
    for place, expression in _of_columns(table):
        yield None, place, expression
    for check in table.checks:
        if not check.opaque:
            yield check, _CONDITION, check.expression
    keyed: tuple[Unique | Exclusion | Index, ...] = (
        *table.uniques,
        *table.exclusions,
        *table.indexes,
    )
    for thing in keyed:
        if thing.condition is not None:
            yield thing, _CONDITION, thing.condition
        for key in thing.keys:
            if key.expression is not None:
                yield thing, _KEY, key.expression


def _of_columns(table: Table) -> Iterator[tuple[Place, Expression]]:
    for column in table.columns:
        if column.default is not None:
            yield Place(Role.VALUE, column.name), column.default
        if column.generated is not None:
            yield Place(Role.VALUE, column.name), column.generated


def change_expressions(table: Table, change: Change) -> Table:
    """Return the table with each expression replaced by what `change` returns."""
    return replace(
        table,
        columns=tuple(_column(column, change) for column in table.columns),
        checks=tuple(_check(check, change) for check in table.checks),
        uniques=tuple(_keyed(unique, change) for unique in table.uniques),
        exclusions=tuple(_keyed(exclusion, change) for exclusion in table.exclusions),
        indexes=tuple(_keyed(index, change) for index in table.indexes),
    )


def _column(column: Column, change: Change) -> Column:
    if column.default is None and column.generated is None:
        return column
    place = Place(Role.VALUE, column.name)
    default = column.default and change(place, column.default)
    generated = column.generated and change(place, column.generated)
    if default is column.default and generated is column.generated:
        return column
    return replace(column, default=default, generated=generated)


def _check(check: Check, change: Change) -> Check:
    if check.opaque:
        return check
    return replace(check, expression=change(_CONDITION, check.expression))


def _key(key: Key, change: Change) -> Key:
    if key.expression is None:
        return key
    return replace(key, expression=change(_KEY, key.expression))


def _keyed(thing: T, change: Change) -> T:
    if thing.condition is None and not any(key.expression for key in thing.keys):
        return thing
    return replace(
        thing,
        keys=tuple(_key(key, change) for key in thing.keys),
        condition=thing.condition and change(_CONDITION, thing.condition),
    )
