"""How each database server is read and asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.backends.base import Backend


def backend_for(connection: BaseDatabaseWrapper) -> Backend:
    """Return the backend that reads this connection's server."""
    return backend_of(connection.vendor)


def backend_of(vendor: str) -> Backend:
    """Return the backend for Django's word for a vendor.

    Drivers are imported only for the vendor in use.
    """
    match vendor:
        case "postgresql":
            from django_schemaguard.backends.postgresql import PostgreSQL

            return PostgreSQL()
        case "sqlite":
            from django_schemaguard.backends.sqlite import SQLite

            return SQLite()
        case "mysql":  # MariaDB has Django's vendor "mysql", too.
            from django_schemaguard.backends.mysql import MySQL

            return MySQL()
        case _:
            from django_schemaguard.backends.generic import Generic

            return Generic()
