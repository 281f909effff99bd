"""Where snapshots of statistics are kept: in the database that they are of."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from django.db import connections, transaction
from django.db.migrations.recorder import MigrationRecorder

from django_schemaguard.backends import backend_for
from django_schemaguard.exceptions import SchemaguardError
from django_schemaguard.models import QuerySnapshot, QueryStat
from django_schemaguard.perf.reading import Stat
from django_schemaguard.perf.windows import Taken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.perf.reading import Reading

MOST = 500  # Statements kept of one snapshot, the costliest.
KEPT = 100  # Snapshots kept of one database.
_TABLES = ("schemaguard", "0003_slower_statements")


def has_tables(connection: BaseDatabaseWrapper) -> bool:
    """Return whether the tables are there, as they are to be.

    A router may keep them out of a database where their migrations are recorded.
    """
    if QuerySnapshot._meta.db_table not in connection.introspection.table_names():  # noqa: SLF001
        return False
    return _TABLES in MigrationRecorder(connection).applied_migrations()


def require_tables(connection: BaseDatabaseWrapper) -> None:
    """Raise where they are not.

    Raises:
        SchemaguardError: With the command that makes them.
    """
    if not has_tables(connection):
        raise SchemaguardError(
            f"Database '{connection.alias}' has no table for query statistics.",
            f"Run 'manage.py migrate schemaguard --database {connection.alias}'.",
        )


def taken(alias: str) -> list[QuerySnapshot]:
    """Return the snapshots of a database, the oldest first.

    Raises:
        SchemaguardError: There is no table of them.
    """
    require_tables(connections[alias])
    return list(QuerySnapshot.objects.using(alias).order_by("pk"))


def loaded(snapshot: QuerySnapshot) -> Taken:
    """Return a stored snapshot with all its statements."""
    alias = snapshot._state.db  # noqa: SLF001  Where it was read from.
    stats = QueryStat.objects.using(alias).filter(snapshot=snapshot)
    return Taken(
        snapshot.pk,
        snapshot.taken,
        snapshot.schema_version,
        {
            it.fingerprint: Stat(
                it.fingerprint,
                it.text,
                it.calls,
                it.total_ms,
                it.squares,
                it.rows,
                it.blocks,
                it.since,
            )
            for it in stats
        },
        snapshot.stats_reset,
        snapshot.evicted,
        snapshot.hidden,
    )


def store(
    connection: BaseDatabaseWrapper, reading: Reading, version: str, source: str
) -> QuerySnapshot:
    """Store what was read, and drop what there is no room for any more."""
    alias = connection.alias
    with transaction.atomic(using=alias):
        snapshot = QuerySnapshot.objects.using(alias).create(
            alias=alias,
            schema_version=version,
            server_version=backend_for(connection).server_version(connection),
            source=source,
            stats_reset=reading.reset,
            evicted=reading.evicted,
            hidden=reading.hidden,
        )
        QueryStat.objects.using(alias).bulk_create(
            QueryStat(
                snapshot=snapshot,
                fingerprint=stat.fingerprint,
                text=stat.text,
                calls=stat.calls,
                total_ms=stat.total_ms,
                squares=stat.squares,
                rows=stat.rows,
                blocks=stat.blocks,
                since=stat.since,
            )
            for stat in reading.stats[:MOST]
        )
        surplus = superfluous(taken(alias), KEPT)
        numbers = [each.pk for each in surplus]
        QuerySnapshot.objects.using(alias).filter(pk__in=numbers).delete()
    return snapshot


def by_version(snapshots: Sequence[QuerySnapshot]) -> list[list[QuerySnapshot]]:
    """Return those of one version that follow one another together."""
    return [
        list(group) for _, group in groupby(snapshots, attrgetter("schema_version"))
    ]


def superfluous(snapshots: Sequence[QuerySnapshot], most: int) -> list[QuerySnapshot]:
    """Return those above a number of them, which are missed the least.

    What a comparison of two versions needs is the first of a version and its last
    two; before those, the ones between go, the oldest first.
    """
    between = [it for group in by_version(snapshots) for it in group[1:-2]]
    others = [it for it in snapshots if it not in between]
    return [*between, *others][: max(0, len(snapshots) - most)]
