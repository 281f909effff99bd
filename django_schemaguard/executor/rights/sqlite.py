"""SQLite: the file and its directory have to be writable."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from django_schemaguard.backends.sqlite.access import file_of
from django_schemaguard.executor.rights.lack import Lack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.plan import Stage


def lacking(
    connection: BaseDatabaseWrapper, stages: tuple[Stage, ...]
) -> Iterator[Lack]:
    """Yield what keeps the process from writing."""
    del stages
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only")
        read_only = bool(cursor.fetchone()[0])
    name = str(connection.settings_dict["NAME"])
    if read_only or "mode=ro" in name:
        yield Lack(f"Database '{connection.alias}' is opened read-only.", "")
    path = file_of(name)
    for place in () if path is None else (path, path.resolve().parent):
        if not os.access(place, os.W_OK):
            yield Lack(f"'{place}' is not writable.", "Let this user write to it.")
