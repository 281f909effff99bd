"""How each database server is repaired: SQL is written here, and run elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.backends.repair.base import (
    Obstacle,
    Options,
    Source,
    Sources,
    Standing,
    Work,
    Writer,
)
from django_schemaguard.exceptions import SchemaguardError

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

__all__ = [
    "NotRepairable",
    "Obstacle",
    "Options",
    "Source",
    "Sources",
    "Standing",
    "Work",
    "Writer",
    "for_connection",
]


class NotRepairable(SchemaguardError):
    """Nothing is known of how to repair this server."""


def for_connection(connection: BaseDatabaseWrapper) -> Writer:
    """Return the writer for this connection's server.

    Raises:
        NotRepairable: The vendor is none of PostgreSQL, MariaDB and SQLite.
    """
    match connection.vendor:
        case "postgresql":
            from django_schemaguard.backends.postgresql.repair import PostgreSQLWriter

            return PostgreSQLWriter(connection)
        case "sqlite":
            from django_schemaguard.backends.sqlite.repair import SQLiteWriter

            return SQLiteWriter(connection)
        case "mysql":  # MariaDB has Django's vendor "mysql", too.
            from django_schemaguard.backends.mysql.repair import MySQLWriter

            return MySQLWriter(connection)
        case vendor:
            raise NotRepairable(
                f"Databases of vendor '{vendor}' are not repaired.",
                "Run what 'manage.py sqlmigrate' prints.",
            )
