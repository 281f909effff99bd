"""Leave out what a second comparison of one database would say again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from django_schemaguard.core.finding import Finding
    from django_schemaguard.core.schema import Schema, Table

    Sides = tuple[Schema, Schema]


def narrowed(
    first: Sides,
    expected: Schema,
    findings: Collection[Finding],
    models: Collection[str],
) -> Sides:
    """Return both sides of a second comparison without its sound, unchanged tables.

    A table that is expected as in the first comparison, and of which that found
    nothing, is in neither side. All that differs stays: tables of which something was
    found, those expected otherwise, and those that only one side has.

    Args:
        first: What was expected and what is there, not settled yet.
        expected: What is expected in the second comparison.
        findings: Those of the first comparison.
        models: Lower-case labels whose tables stay in any case.
    """
    before, actual = first
    told = {ref.name for finding in findings for ref in finding.concerns}
    dropped = [
        (table, found)
        for table, found in _pairs(expected, actual)
        if before.table(table.name, table.namespace) == table
        and found.name not in told
        and (table.model or "").lower() not in models
    ]
    ours = {id(table) for table, _ in dropped}
    theirs = {id(found) for _, found in dropped}
    return _without(expected, ours), _without(actual, theirs)


def _pairs(expected: Schema, actual: Schema) -> Iterator[tuple[Table, Table]]:
    for table in expected:
        found = actual.table(table.name, table.namespace)
        if found is not None:
            yield table, found


def _without(schema: Schema, gone: set[int]) -> Schema:
    return replace(schema, tables=tuple(t for t in schema if id(t) not in gone))
