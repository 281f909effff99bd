"""How each vendor runs a statement without making others wait for long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.exceptions import NotPermitted

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.executor.sessions.base import Session


def session_for(connection: BaseDatabaseWrapper) -> Session:
    """Return the ways of this connection's server.

    Raises:
        NotPermitted: The vendor is none of PostgreSQL, MariaDB and SQLite.
    """
    match connection.vendor:
        case "postgresql":
            from django_schemaguard.executor.sessions.postgresql import PostgreSQL

            return PostgreSQL(connection)
        case "mysql":  # MariaDB has Django's vendor "mysql", too.
            from django_schemaguard.executor.sessions.mysql import MySQL

            return MySQL(connection)
        case "sqlite":
            from django_schemaguard.executor.sessions.sqlite import SQLite

            return SQLite(connection)
        case vendor:
            raise NotPermitted(
                f"Databases of vendor '{vendor}' are never written to.",
                "Run what 'manage.py sqlmigrate' prints.",
            )
