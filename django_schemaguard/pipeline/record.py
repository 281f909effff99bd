"""The migrations that a database has on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.migrations.recorder import MigrationRecorder

from django_schemaguard.backends import backend_for
from django_schemaguard.history import word

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


def recorded(connection: BaseDatabaseWrapper) -> frozenset[str]:
    """Return each as "app.name"; call it inside `Backend.bounded`.

    Raises:
        DatabaseError: The record is there and cannot be read.
    """
    records = backend_for(connection).records(connection)
    if records is None:
        return frozenset(map(word, MigrationRecorder(connection).applied_migrations()))
    return frozenset(word((record.app, record.name)) for record in records)
