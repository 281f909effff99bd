"""What applied migrations do by SQL of their own, without telling the models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.migrations.operations import RunSQL, SeparateDatabaseAndState

from django_schemaguard.core.history import Script
from django_schemaguard.history import Node, full_plan, word

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.operations.base import Operation


def read_scripts(
    loader: MigrationLoader, nodes: Collection[Node]
) -> tuple[Script, ...]:
    """Return the SQL of these migrations' RunSQL without state operations, in order."""
    return tuple(
        Script(word(node), sql)
        for node in full_plan(loader)
        if node in nodes
        for operation in _silent(loader.graph.nodes[node].operations)
        if (sql := ";\n".join(_statements(operation.sql)).lower())
    )


def _silent(operations: Iterable[Operation]) -> Iterator[Any]:
    for operation in operations:
        if isinstance(operation, SeparateDatabaseAndState):
            if not operation.state_operations:
                yield from _silent(operation.database_operations)
        elif isinstance(operation, RunSQL) and not operation.state_operations:
            yield operation


def _statements(sql: Any) -> Iterator[str]:
    """Yield the texts of what RunSQL takes: one, or a list of them, with parameters."""
    for each in sql if isinstance(sql, list | tuple) else (sql,):
        yield each[0] if isinstance(each, list | tuple) else each
