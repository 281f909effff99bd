"""An expected schema that comes from a file instead of the migrations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django_schemaguard.core.history import History
from django_schemaguard.core.snapshot import (
    EXPECTED,
    MalformedSnapshot,
    Snapshot,
    load,
)
from django_schemaguard.exceptions import UnusableFile
from django_schemaguard.files import read
from django_schemaguard.pipeline.record import recorded

if TYPE_CHECKING:
    from pathlib import Path

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.schema import Schema

MAKE = "Make it with 'manage.py schemaguard snapshot --expected'."


@dataclass(frozen=True, slots=True)
class Frozen:
    """A snapshot to validate with.

    Attributes:
        path: Where it came from.
        always: Compare with it whatever the database is and has. Otherwise only
            the database that it was made for, while that has the same migrations.
    """

    snapshot: Snapshot
    path: Path
    always: bool = False

    def side(
        self, connection: BaseDatabaseWrapper, apps: frozenset[str]
    ) -> FrozenSide | None:
        """Return what it says of a database; None where that has moved on.

        Raises:
            UnusableFile: It was made for another kind of server.
        """
        if not self.always and connection.alias != self.snapshot.database:
            return None
        vendor = self.snapshot.schema.traits.vendor
        if vendor != connection.vendor:
            raise UnusableFile(
                f"Snapshot '{self.path}' is of {vendor}; database"
                f" '{connection.alias}' is {connection.vendor}.",
                MAKE,
            )
        names = recorded(connection)
        if not self.always and not self.snapshot.fits(names):
            return None
        return FrozenSide(_only(self.snapshot.schema, apps), self._history(names))

    def _history(self, names: frozenset[str]) -> History:
        migrations = self.snapshot.migrations
        return History(
            migrated=bool(migrations),
            applied=tuple(name for name in migrations if name in names),
            pending=tuple(name for name in migrations if name not in names),
        )


@dataclass(frozen=True, slots=True)
class FrozenSide:
    """What a snapshot expects of one database."""

    asked_for: Schema
    history: History


def read_frozen(path: Path, *, always: bool = False) -> Frozen:
    """Return the snapshot of an expected schema.

    Raises:
        UnusableFile: The file cannot be read, or holds something else.
    """
    try:
        snapshot = load(read(path))
    except MalformedSnapshot as error:
        raise UnusableFile(f"Snapshot '{path}' {error}.", MAKE) from error
    if snapshot.side != EXPECTED:
        raise UnusableFile(
            f"Snapshot '{path}' holds the actual schema of a database.", MAKE
        )
    return Frozen(snapshot, path, always)


def _only(schema: Schema, apps: frozenset[str]) -> Schema:
    if not apps:
        return schema
    tables = (t for t in schema if t.model and t.model.partition(".")[0] in apps)
    return replace(schema, tables=tuple(tables))
