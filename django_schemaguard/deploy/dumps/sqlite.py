"""SQLite: its own backup interface, in one step."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from django.db import DatabaseError

from django_schemaguard.deploy.dumps.failure import BackupFailed

if TYPE_CHECKING:
    from pathlib import Path

    from django.db.backends.base.base import BaseDatabaseWrapper


def dump_sqlite(connection: BaseDatabaseWrapper, path: Path) -> str:
    """Copy the database, with what still stands in its journal; check the copy.

    In one step: in several, it would begin anew with each write of others.
    """
    connection.ensure_connection()
    try:
        with closing(sqlite3.connect(path)) as copy:
            connection.connection.backup(copy)
            answer = copy.execute("PRAGMA integrity_check").fetchone()[0]
            copy.execute("PRAGMA journal_mode = DELETE")
    except (sqlite3.Error, DatabaseError) as error:
        raise BackupFailed(f"The backup failed: {error}.") from error
    if answer != "ok":
        raise BackupFailed(f"The backup is not whole: {answer}.")
    return f"cp FILE {connection.settings_dict['NAME']}"
