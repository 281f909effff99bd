"""The migrations that a database has on record."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db import DatabaseError
from django.db.migrations.recorder import MigrationRecorder

from django_schemaguard.backends import backend_for
from django_schemaguard.backends.connect import one_line
from django_schemaguard.exceptions import DatabaseUnreadable
from django_schemaguard.history import word

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


def recorded(connection: BaseDatabaseWrapper) -> frozenset[str]:
    """Return each as "app.name"; call it inside `Backend.bounded`.

    Raises:
        DatabaseUnreadable: The record is there and cannot be read.
    """
    try:
        records = backend_for(connection).records(connection)
        if records is None:
            nodes = MigrationRecorder(connection).applied_migrations()
            return frozenset(map(word, nodes))
    except DatabaseError as error:
        raise unreadable(connection, error) from error
    return frozenset(word((record.app, record.name)) for record in records)


def unreadable(
    connection: BaseDatabaseWrapper, error: DatabaseError
) -> DatabaseUnreadable:
    """Return the error for a record that is there and cannot be read."""
    said = one_line(error, connection)
    role = connection.ops.quote_name(connection.settings_dict["USER"])
    if told := re.search(r"'[^']*'@'[^']*'", said):  # MariaDB's account.
        role = told[0]
    hint = f"Let the role read it: GRANT SELECT ON django_migrations TO {role};"
    return DatabaseUnreadable(
        f"The record of applied migrations of database '{connection.alias}' cannot be"
        f" read: {said}",
        hint if "denied" in said else "",
    )
