"""All that one database holds, beyond what models can tell of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.schema import Schema


def with_objects(schema: Schema, connection: BaseDatabaseWrapper) -> Schema:
    """Return a schema with the other objects, where their reader knows any.

    Raises:
        DatabaseUnreadable: They cannot be read.
    """
    if connection.vendor != "postgresql":
        return schema
    from django_schemaguard.backends.postgresql.objects import read_objects

    return replace(schema, objects=read_objects(connection))
