"""Take a snapshot: of what a database holds, or of what is expected of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connections

from django_schemaguard.backends import backend_for
from django_schemaguard.backends.connect import connect_to_read
from django_schemaguard.backends.settle import settle
from django_schemaguard.core.releases import release
from django_schemaguard.core.schema import Schema
from django_schemaguard.core.snapshot import ACTUAL, EXPECTED, Snapshot
from django_schemaguard.history import full_plan, read_history, word
from django_schemaguard.pipeline.naming import named_scope
from django_schemaguard.pipeline.record import recorded
from django_schemaguard.pipeline.sides import Sides
from django_schemaguard.pipeline.whole import with_objects

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations.loader import MigrationLoader

    from django_schemaguard.backends.base import Backend
    from django_schemaguard.pipeline import Job


def take(alias: str, side: str, job: Job) -> Snapshot:
    """Return a snapshot of one database, or of what all migrations make of it.

    Either needs the server: what is expected depends on its version and settings.

    Args:
        alias: The database.
        side: "expected" or "actual".
        job: With the settings, limits and focus; the rest is not looked at.

    Raises:
        DatabaseUnreachable: It cannot be reached.
        DatabaseUnreadable: It cannot be read.
        SchemaguardError: The project's migrations cannot be used.
    """
    connection = connections[alias]
    backend = backend_for(connection)
    connect_to_read(connection, job.limits.connect_seconds)
    with backend.bounded(connection, job.limits):
        if side == EXPECTED:
            return _expected(connection, backend, job)
        return _actual(connection, backend, job)


def _expected(connection: BaseDatabaseWrapper, backend: Backend, job: Job) -> Snapshot:
    graph = read_history(connection, backend.records(connection))
    traits = backend.traits(connection)
    sides = Sides(connection, graph, traits, frozenset(), job.settings.tables)
    plan = full_plan(graph.loader)
    return Snapshot(
        side=EXPECTED,
        database=connection.alias,
        schema=sides.at_leaves,
        migrations=tuple(sorted(map(word, plan))),
        replaced=_replaced(graph.loader),
    )


def _replaced(loader: MigrationLoader) -> tuple[str, ...]:
    replaced = {
        f"{app}.{name}"
        for migration in loader.replacements.values()
        for app, name in migration.replaces
    }
    return tuple(sorted(replaced))


def _actual(connection: BaseDatabaseWrapper, backend: Backend, job: Job) -> Snapshot:
    actual = job.focus(backend.read(connection, named_scope(connection, backend)))
    nothing = Schema(actual.traits)
    _, settled = settle(backend, connection, nothing, actual)
    return Snapshot(
        side=ACTUAL,
        database=connection.alias,
        schema=with_objects(settled, connection),
        migrations=tuple(sorted(recorded(connection))),
        server_version=release(connection.vendor, backend.server_version(connection)),
    )
