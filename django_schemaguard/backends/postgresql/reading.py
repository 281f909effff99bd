"""Reading the catalog although other sessions change the schema meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import Error as DjangoDatabaseError

from django_schemaguard.backends.postgresql import catalog, rows
from django_schemaguard.backends.postgresql.session import (
    LOCK_NOT_AVAILABLE,
    failure,
    savepoint,
    sqlstate,
)

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.backends.base import Scope
    from django_schemaguard.core.schema import Schema, Traits

_INTERNAL_ERROR = "XX000"  # "cache lookup failed": an object was dropped meanwhile.


def read(connection: BaseDatabaseWrapper, scope: Scope, traits: Traits) -> Schema:
    """Read the schema in one statement, anew where another session interferes.

    A lock taken after the locks were listed ends the first try by `lock_timeout`;
    the second finds it listed. The third prints no expression and meets no lock.
    """
    for deparse in (True, True, False):
        try:
            with savepoint(connection):
                found = catalog.fetch(connection, scope, deparse=deparse)
        except DjangoDatabaseError as error:
            if not deparse or not _passing(error):
                raise failure(connection, error, "read the catalog of") from error
        else:
            return rows.schema(found, traits)
    raise AssertionError  # The last try returns or raises.


def _passing(error: DjangoDatabaseError) -> bool:
    return sqlstate(error) in {LOCK_NOT_AVAILABLE, _INTERNAL_ERROR}
