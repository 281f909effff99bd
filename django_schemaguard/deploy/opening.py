"""Open the database, and refuse a server that cannot be written to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connections

from django_schemaguard.backends.connect import connect
from django_schemaguard.exceptions import NotPermitted

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.deploy.request import Request

_READ_ONLY = {
    "postgresql": "SELECT current_setting('transaction_read_only') = 'on'",
    "mysql": "SELECT @@read_only",
}
_MAY_CREATE = "SELECT has_schema_privilege(current_schema(), 'CREATE')"


def open_database(request: Request) -> BaseDatabaseWrapper:
    """Return an open connection; a SQLite file that is not there is made.

    Raises:
        DatabaseUnreachable: The server refused or did not answer in time.
    """
    if connections[request.alias].vendor == "sqlite":
        connections[request.alias].ensure_connection()
    return open_existing(request)


def open_existing(request: Request) -> BaseDatabaseWrapper:
    """Return an open connection, and make no file.

    Raises:
        DatabaseUnreachable: The server refused or did not answer in time, or there
            is no such file.
    """
    connection = connections[request.alias]
    connect(connection, request.job.limits.connect_seconds)
    return connection


def check_server(connection: BaseDatabaseWrapper) -> None:
    """Refuse a standby, a read-only server, and a role that may not create.

    Raises:
        NotPermitted: It is one of these.
    """
    read_only = _READ_ONLY.get(connection.vendor)
    if read_only is not None and _answer(connection, read_only):
        raise NotPermitted(
            f"Database '{connection.alias}' is read-only.",
            "Migrate the primary server.",
        )
    if connection.vendor == "postgresql" and _answer(connection, _MAY_CREATE) is False:
        raise NotPermitted(
            f"The role may not create tables in database '{connection.alias}'.",
            "Let it: GRANT CREATE ON SCHEMA to the role that migrates.",
        )


def _answer(connection: BaseDatabaseWrapper, sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]
