"""Constraints and indexes of a project's own classes: known by name only."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from django_schemaguard.core.pairing import Matching, Undecided

if TYPE_CHECKING:
    from django_schemaguard.core.schema import Check, Index, Table, TableObject, Traits

T = TypeVar("T")

REASON = "a class of the project's own; only its name was found"


def set_apart(
    expected: Table, actual: Table, traits: Traits
) -> tuple[Table, Table, Matching[Check], Matching[Index]]:
    """Return both tables without opaque objects, and what became of those.

    A constraint may be kept as a constraint or as an index of any class, so its
    name is looked for among all of them.
    """
    checks = [check for check in expected.checks if check.opaque]
    indexes = [index for index in expected.indexes if index.opaque]
    if not checks and not indexes:
        return expected, actual, Matching(), Matching()
    there = _names(actual, traits)
    opaque: tuple[Check | Index, ...] = (*checks, *indexes)
    found = {traits.key(thing.name) for thing in opaque} & there
    return (
        replace(
            expected,
            checks=tuple(check for check in expected.checks if not check.opaque),
            indexes=tuple(index for index in expected.indexes if not index.opaque),
        ),
        _without(actual, found, traits),
        Matching(
            undecided=tuple(
                Undecided(check, check, REASON)
                for check in checks
                if traits.key(check.name) in found
            ),
            missing=tuple(c for c in checks if traits.key(c.name) not in found),
        ),
        Matching(
            undecided=tuple(
                Undecided(index, index, REASON)
                for index in indexes
                if traits.key(index.name) in found
            ),
            missing=tuple(i for i in indexes if traits.key(i.name) not in found),
        ),
    )


def _names(table: Table, traits: Traits) -> set[str]:
    things: tuple[TableObject, ...] = (
        *table.checks,
        *table.uniques,
        *table.exclusions,
        *table.indexes,
    )
    return {traits.key(thing.name) for thing in things}


def _without(table: Table, names: set[str], traits: Traits) -> Table:
    return replace(
        table,
        checks=tuple(t for t in table.checks if traits.key(t.name) not in names),
        uniques=tuple(t for t in table.uniques if traits.key(t.name) not in names),
        exclusions=tuple(
            t for t in table.exclusions if traits.key(t.name) not in names
        ),
        indexes=tuple(t for t in table.indexes if traits.key(t.name) not in names),
    )


def join(one: Matching[T], other: Matching[T]) -> Matching[T]:
    """Return both matchings as one."""
    if not (other.undecided or other.missing):
        return one
    return replace(
        one,
        undecided=one.undecided + other.undecided,
        missing=one.missing + other.missing,
    )
