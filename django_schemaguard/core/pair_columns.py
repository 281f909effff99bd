"""Pair the columns of one table, and see which were renamed by hand."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django_schemaguard.core.expression import normal_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from django_schemaguard.core.schema import Column, Expression, Key, Table

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class ColumnPairs:
    """The columns of a table pair.

    Attributes:
        same: (expected, actual) of one name.
        renamed: (expected, actual) of two names and one definition.
        missing: Expected only.
        extra: Actual only.
    """

    same: tuple[tuple[Column, Column], ...]
    renamed: tuple[tuple[Column, Column], ...]
    missing: tuple[Column, ...]
    extra: tuple[Column, ...]


def pair_columns(
    expected: Table, actual: Table, fold: Callable[[str], str]
) -> ColumnPairs:
    """Pair columns by name; a lone missing and extra of one definition by that."""
    theirs = {fold(column.name): column for column in actual.columns}
    ours = {fold(column.name) for column in expected.columns}
    same = tuple(
        (column, theirs[fold(column.name)])
        for column in expected.columns
        if fold(column.name) in theirs
    )
    missing = [c for c in expected.columns if fold(c.name) not in theirs]
    extra = [c for c in actual.columns if fold(c.name) not in ours]
    renamed = () if expected.partial else tuple(_renamed(missing, extra))
    gone = {old.name for old, _ in renamed}
    come = {new.name for _, new in renamed}
    return ColumnPairs(
        same,
        renamed,
        tuple(c for c in missing if c.name not in gone),
        tuple(c for c in extra if c.name not in come),
    )


def _shape(column: Column) -> tuple[object, ...]:
    auto = column.identity is not None
    return (column.type, column.nullable, auto, column.generated is not None)


def _renamed(missing: list[Column], extra: list[Column]) -> list[tuple[Column, Column]]:
    """Pair a missing and an extra column whose shape nobody else has."""
    lost = Counter(map(_shape, missing))
    found = Counter(map(_shape, extra))
    return [
        (old, new)
        for old in missing
        for new in extra
        if _shape(old) == _shape(new) and lost[_shape(old)] == found[_shape(new)] == 1
    ]


def renamed_keys(keys: tuple[Key, ...], names: dict[str, str]) -> tuple[Key, ...]:
    """Return the keys with renamed columns under their new names."""
    return tuple(
        replace(key, column=names.get(key.column, key.column)) if key.column else key
        for key in keys
    )


def mentions(expression: Expression | None, names: frozenset[str]) -> bool:
    """Return whether the text names one of the columns."""
    if expression is None or not names:
        return False
    words = {word.strip('"`').lower() for word in normal_text(expression.sql).split()}
    qualified = {word.rpartition(".")[2].strip('"`') for word in words}
    if any(name.lower() in words | qualified for name in names):
        return True
    # A name with a space or another sign in it falls apart into several words.
    text = expression.sql.lower()
    odd = [name.lower() for name in names if not _WORD.fullmatch(name)]
    return any(f'"{name}"' in text or f"`{name}`" in text for name in odd)
