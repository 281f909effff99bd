"""Look at a database as one of its schemas."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django_schemaguard.backends import backend_for
from django_schemaguard.backends.connect import connect
from django_schemaguard.backends.postgresql.words import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.backends.base import Limits


@contextmanager
def switched(
    connection: BaseDatabaseWrapper, schema: str, limits: Limits
) -> Iterator[None]:
    """Put a schema first on the search path inside the block.

    The database backend of django-tenants is told to switch, since its router asks
    it what belongs there. Otherwise the path is set for a transaction that is rolled
    back, so nothing of it is left, even behind a pooler.
    """
    connect(connection, limits.connect_seconds)
    with _chosen(connection, schema), bounded(connection, limits):
        if not hasattr(connection, "set_schema"):
            _set_path(connection, schema)
        yield


@contextmanager
def bounded(connection: BaseDatabaseWrapper, limits: Limits) -> Iterator[None]:
    """Bound the waits inside the block, and undo all that it does."""
    with backend_for(connection).bounded(connection, limits):
        yield


def _set_path(connection: BaseDatabaseWrapper, schema: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('search_path', concat_ws(', ', %s::text,"
            " nullif(current_setting('search_path'), '')), true)",
            [quoted(schema)],
        )


@contextmanager
def _chosen(connection: Any, schema: str) -> Iterator[None]:
    if not hasattr(connection, "set_schema"):
        yield
        return
    before = connection.tenant
    connection.set_schema(schema)
    try:
        yield
    finally:
        connection.set_tenant(before)
