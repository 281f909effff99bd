"""Reading the catalog although other sessions change the schema meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import Error as DjangoDatabaseError

from django_schemaguard.backends.postgresql import catalog, numbers, rows
from django_schemaguard.backends.postgresql.session import (
    LOCK_NOT_AVAILABLE,
    failure,
    is_lost,
    retries,
    sqlstate,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.backends.base import Scope
    from django_schemaguard.core.schema import Schema, Traits

_WHAT = "read the catalog of"
_INTERNAL_ERROR = "XX000"  # "cache lookup failed": an object was dropped meanwhile.


def read(connection: BaseDatabaseWrapper, scope: Scope, traits: Traits) -> Schema:
    """Read the schema in one statement, anew where another session interferes.

    A lock taken after the locks were listed ends the first try by `lock_timeout`;
    the second finds it listed. The third prints no expression and meets no lock. The
    numbers of sequences follow in a statement of their own.
    """
    try:
        with retries(connection) as undo:
            found = _fetch(connection, scope, undo)
            return rows.schema(found, traits, numbers.read(connection, found, undo))
    except DjangoDatabaseError as error:
        raise failure(connection, error, _WHAT) from error


def _fetch(
    connection: BaseDatabaseWrapper, scope: Scope, undo: Callable[[], None]
) -> catalog.Catalog:
    for deparse in (True, True, False):
        try:
            return catalog.fetch(connection, scope, deparse=deparse)
        except DjangoDatabaseError as error:
            if is_lost(connection, error):
                raise
            undo()
            if not deparse or not _passing(error):
                raise
    raise AssertionError  # The last try returns or raises.


def _passing(error: DjangoDatabaseError) -> bool:
    return sqlstate(error) in {LOCK_NOT_AVAILABLE, _INTERNAL_ERROR}
