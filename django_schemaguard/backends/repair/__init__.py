"""How each database server is repaired: SQL is written here, and run elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.backends.repair.base import Writer
from django_schemaguard.backends.repair.parts import (
    LOST_KEY,
    Forbidden,
    Obstacle,
    Options,
    Source,
    Sources,
    Standing,
    Work,
)
from django_schemaguard.exceptions import SchemaguardError

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

__all__ = [
    "LOST_KEY",
    "Forbidden",
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
        case "mysql" if getattr(connection, "mysql_is_mariadb", False):
            from django_schemaguard.backends.mysql.repair import MySQLWriter

            return MySQLWriter(connection)
        case vendor:
            raise NotRepairable(
                f"A database of vendor '{vendor}' cannot be repaired.",
                "Run what 'manage.py sqlmigrate' prints.",
            )
