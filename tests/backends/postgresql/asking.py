"""Short ways to run SQL and to read what it made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.backends.base import Limits, Scope
from django_schemaguard.backends.postgresql import PostgreSQL

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.schema import Schema, Table


def run(connection: BaseDatabaseWrapper, *statements: str) -> None:
    """Execute the statements, percent signs as they are."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def fetch(connection: BaseDatabaseWrapper, query: str) -> object:
    """Return the one value that the query gives."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def read(connection: BaseDatabaseWrapper, scope: Scope | None = None) -> Schema:
    """Read the schema as an entry point would."""
    backend = PostgreSQL()
    with backend.bounded(connection, Limits()):
        return backend.read(connection, scope or Scope())


def read_table(connection: BaseDatabaseWrapper, name: str = "t") -> Table:
    """Return the visible table of this name."""
    table = read(connection).table(name)
    assert table is not None
    return table
