"""Take a snapshot of the statistics, and find those taken before."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db import connections, transaction
from django.db.migrations.recorder import MigrationRecorder

from django_schemaguard.backends import backend_for
from django_schemaguard.backends.connect import connect
from django_schemaguard.core.fingerprint import fingerprint
from django_schemaguard.core.snapshot import ACTUAL
from django_schemaguard.exceptions import SchemaguardError
from django_schemaguard.models import QuerySnapshot, QueryStat
from django_schemaguard.perf.reading import Reading, Stat, Untold, read_statements
from django_schemaguard.perf.windows import Taken
from django_schemaguard.pipeline.taking import take as take_schema

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.pipeline import Job

MOST = 500  # Statements kept of one snapshot, the costliest.


def take(alias: str, job: Job, source: str = "command") -> QuerySnapshot | Untold:
    """Read the statistics and store them in the same database; reset nothing.

    Returns:
        The snapshot, or why the server has no statistics to tell.

    Raises:
        DatabaseUnreachable: It cannot be reached.
        DatabaseUnreadable: Its schema cannot be read.
        SchemaguardError: There is no table to store them in.
    """
    connection = connections[alias]
    connect(connection, job.limits.connect_seconds)
    backend = backend_for(connection)
    with backend.bounded(connection, job.limits):
        reading = read_statements(connection)
    if isinstance(reading, Untold):
        return reading
    _require_tables(connection)
    return _stored(connection, reading, schema_version(alias, job), source)


def schema_version(alias: str, job: Job) -> str:
    """Return one word for the schema of a database and its applied migrations."""
    snapshot = take_schema(alias, ACTUAL, job)
    words = "\n".join((fingerprint(snapshot.schema), *snapshot.migrations))
    return "sha256:" + hashlib.sha256(words.encode()).hexdigest()


def taken(alias: str) -> list[QuerySnapshot]:
    """Return the snapshots of a database, the oldest first.

    Raises:
        SchemaguardError: There is no table of them.
    """
    _require_tables(connections[alias])
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


def _require_tables(connection: BaseDatabaseWrapper) -> None:
    node = ("schemaguard", "0002_query_statistics")
    if node not in MigrationRecorder(connection).applied_migrations():
        raise SchemaguardError(
            f"Database '{connection.alias}' has no table for query statistics.",
            f"Run 'manage.py migrate schemaguard --database {connection.alias}'.",
        )


def _stored(
    connection: BaseDatabaseWrapper, reading: Reading, version: str, source: str
) -> QuerySnapshot:
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
    return snapshot
