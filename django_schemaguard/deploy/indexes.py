"""Indexes that a broken CREATE or DROP INDEX CONCURRENTLY left behind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db.migrations.operations import AddIndex, RemoveIndex

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations import Migration

    from django_schemaguard.core.schema import Schema, Table


def drop_invalid(connection: BaseDatabaseWrapper, migration: Migration) -> None:
    """Drop those of a migration that are not valid; they have to be made anew."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_index JOIN pg_class ON oid = indexrelid"
            " WHERE NOT indisvalid AND relname = ANY(%s)"
            " AND pg_table_is_visible(indexrelid)",
            [sorted(_names(migration))],
        )
        for (found,) in cursor.fetchall():
            quoted = connection.ops.quote_name(found)
            cursor.execute(f"DROP INDEX CONCURRENTLY {quoted}")


def without_invalid(schema: Schema, migration: Migration) -> Schema:
    """Return the schema as it is once `drop_invalid` has been called."""
    names = _names(migration)

    def cleared(table: Table) -> Table:
        kept = tuple(it for it in table.indexes if it.valid or it.name not in names)
        return replace(table, indexes=kept)

    return replace(schema, tables=tuple(cleared(table) for table in schema))


def _names(migration: Migration) -> set[str]:
    """Return the indexes that a migration makes or removes by their names."""
    found = set()
    for operation in migration.operations:
        if isinstance(operation, AddIndex):
            found.add(operation.index.name)
        elif isinstance(operation, RemoveIndex):
            found.add(operation.name)
    return found
