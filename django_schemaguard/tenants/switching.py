"""Look at a database as one of its schemas."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django_schemaguard.backends import backend_for
from django_schemaguard.backends.connect import connect
from django_schemaguard.backends.home import Home, at_home
from django_schemaguard.backends.postgresql.words import quoted
from django_schemaguard.exceptions import NotPermitted, SchemaguardError
from django_schemaguard.tenants.kinds import enter_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.backends.base import Limits


_STANDING = """
SELECT current_schema(), quote_ident(current_user),
       EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = %s)
"""


class SchemaGone(SchemaguardError):
    """The schema was dropped since it was chosen."""


@contextmanager
def switched(
    connection: BaseDatabaseWrapper,
    schema: str,
    limits: Limits,
    kinds: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """Put a schema first on the search path inside the block.

    The database backend of django-tenants is told to switch, since its router asks
    it what belongs there. Otherwise the path is set for a transaction that is rolled
    back, so nothing of it is left, even behind a pooler.

    Raises:
        SchemaGone: There is no such schema any more.
        NotPermitted: The role may not use it.
    """
    connect(connection, limits.connect_seconds)
    with _chosen(connection, schema, kinds), bounded(connection, limits):
        if not hasattr(connection, "set_schema"):
            _set_path(connection, schema)
        require_schema(connection, schema)
        with at_home(connection, Home(schema, frozenset())):
            yield


@contextmanager
def bounded(connection: BaseDatabaseWrapper, limits: Limits) -> Iterator[None]:
    """Bound the waits inside the block, and undo all that it does."""
    with backend_for(connection).bounded(connection, limits):
        yield


def require_schema(connection: BaseDatabaseWrapper, schema: str) -> None:
    """Make sure that a schema is the first on the search path.

    Raises:
        SchemaGone: There is no such schema any more.
        NotPermitted: The role may not use it, and what follows on the path stood in.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [schema])
        current, role, there = cursor.fetchone()
    if not there:
        raise SchemaGone(f"There is no schema '{schema}' any more.")
    if current != schema:
        raise NotPermitted(
            f"The role may not use schema '{schema}'.",
            f"Let it: GRANT USAGE ON SCHEMA {quoted(schema)} TO {role};",
        )


def _set_path(connection: BaseDatabaseWrapper, schema: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('search_path', concat_ws(', ', %s::text,"
            " nullif(current_setting('search_path'), '')), true)",
            [quoted(schema)],
        )


@contextmanager
def _chosen(
    connection: Any, schema: str, kinds: Mapping[str, str] | None
) -> Iterator[None]:
    if not hasattr(connection, "set_schema"):
        yield
        return
    before = connection.tenant
    enter_schema(connection, schema, kinds)
    try:
        yield
    finally:
        connection.set_tenant(before)
