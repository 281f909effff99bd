"""The PostgreSQL extensions that migrations create."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db import router
from django.db.migrations.operations import RunSQL, SeparateDatabaseAndState

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.operations.base import Operation

    from django_schemaguard.expected.from_migrations import Node

_DROPPED = re.compile(
    r'\bDROP\s+EXTENSION\s+(?:IF\s+EXISTS\s+)?((?:"[^"]+"|[\w$]+)'
    r'(?:\s*,\s*(?:"[^"]+"|[\w$]+))*)',
    re.IGNORECASE,
)


def created_extensions(
    loader: MigrationLoader, plan: Collection[Node], connection: BaseDatabaseWrapper
) -> tuple[tuple[str, str], ...]:
    """Return (extension, "app.migration") that the applied migrations leave.

    Args:
        loader: With its graph built.
        plan: The applied migrations, in their order.
        connection: Of the database; none but PostgreSQL has extensions.
    """
    if connection.vendor != "postgresql":
        return ()
    left: dict[str, str] = {}
    for app, name in plan:
        for operation in _flat(loader.graph.nodes[app, name].operations):
            created = _created(operation)
            hints = getattr(operation, "hints", {})
            if created and router.allow_migrate(connection.alias, app, **hints):
                left.setdefault(created, f"{app}.{name}")
            for dropped in _dropped(operation):
                left.pop(dropped, None)
    return tuple(left.items())


def _flat(operations: Collection[Operation]) -> Iterator[Operation]:
    for operation in operations:
        if isinstance(operation, SeparateDatabaseAndState):
            yield from _flat(operation.database_operations)
        else:
            yield operation


def _created(operation: Operation) -> str | None:
    # Its module needs the driver, which a loaded PostgreSQL backend has.
    from django.contrib.postgres.operations import CreateExtension

    return operation.name if isinstance(operation, CreateExtension) else None


def _dropped(operation: Operation) -> Iterator[str]:
    if not isinstance(operation, RunSQL):
        return
    statements = [operation.sql] if isinstance(operation.sql, str) else operation.sql
    for statement in statements:
        text = statement if isinstance(statement, str) else statement[0]
        for names in _DROPPED.findall(text):
            for name in names.split(","):
                yield name.strip().strip('"')
