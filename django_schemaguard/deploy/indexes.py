"""Indexes that a broken CREATE INDEX CONCURRENTLY left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations import Migration


def drop_invalid(connection: BaseDatabaseWrapper, migration: Migration) -> None:
    """Drop those of a migration that are not valid; they have to be made anew."""
    if connection.vendor != "postgresql":
        return
    names = [
        operation.index.name
        for operation in migration.operations
        if hasattr(operation, "index")
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_index JOIN pg_class ON oid = indexrelid"
            " WHERE NOT indisvalid AND relname = ANY(%s)"
            " AND pg_table_is_visible(indexrelid)",
            [names],
        )
        for (found,) in cursor.fetchall():
            quoted = connection.ops.quote_name(found)
            cursor.execute(f"DROP INDEX CONCURRENTLY {quoted}")
