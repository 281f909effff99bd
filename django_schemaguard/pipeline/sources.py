"""Where a schema to compare can come from: a database, a file, models, migrations."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from django.apps import apps as live_apps
from django.core.cache import caches
from django.db import connections

from django_schemaguard.backends import backend_for
from django_schemaguard.backends.connect import connect, connect_to_read
from django_schemaguard.core.nearest import did_you_mean
from django_schemaguard.core.snapshot import EXPECTED, MalformedSnapshot, load
from django_schemaguard.exceptions import UnknownName, UnusableFile
from django_schemaguard.expected import (
    Choice,
    applied_state,
    cache_tables,
    from_apps,
    from_state,
    with_declared,
)
from django_schemaguard.files import read
from django_schemaguard.history import Node, full_plan, load_migrations, word
from django_schemaguard.pipeline.naming import named_scope
from django_schemaguard.pipeline.record import recorded
from django_schemaguard.pipeline.whole import with_objects

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations.loader import MigrationLoader

    from django_schemaguard.backends.base import Scope
    from django_schemaguard.core.schema import Schema
    from django_schemaguard.pipeline import Job

MODELS, MIGRATIONS = "models", "migrations"
ZERO = "zero"  # As `migrate` has it: before any migration of an app.
TAKE = "Take it with 'manage.py schemaguard snapshot FILE'."


@dataclass(frozen=True, slots=True)
class Database:
    """An alias of DATABASES."""

    name: str


@dataclass(frozen=True, slots=True)
class File:
    """A snapshot."""

    name: str


@dataclass(frozen=True, slots=True)
class Models:
    """The live models."""

    name: str = MODELS


@dataclass(frozen=True, slots=True)
class Migrations:
    """The migrations on disk, up to one of them or all.

    Attributes:
        point: "app.name", or a beginning of it that fits one, or "app.zero"; "" for
            all.
    """

    name: str = MIGRATIONS
    point: str = ""


Source: TypeAlias = Database | File | Models | Migrations


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a difference.

    Attributes:
        name: As it was asked for.
        planned: What somebody expects of a database, not what one holds.
        migrations: Those that it is the result of; None where that is not known.
        replaced: Those that squashed ones of them stand for.
        version: Of the server, or its release; None where none was read.
    """

    name: str
    schema: Schema
    planned: bool = False
    migrations: frozenset[str] | None = None
    replaced: frozenset[str] = field(default_factory=frozenset)
    version: str | None = None


def source(text: str) -> Source:
    """Return what a word on the command line stands for.

    Raises:
        UnknownName: It stands for nothing.
    """
    keyword, at, point = text.partition("@")
    if keyword == MIGRATIONS and (point or not at):
        return Migrations(text, point)
    if text == MODELS:
        return Models()
    if text in connections:
        return Database(text)
    if Path(text).is_file():
        return File(text)
    known = (*connections, MODELS, MIGRATIONS)
    raise UnknownName(
        f"'{text}' is no alias, no snapshot file, and neither '{MODELS}' nor"
        f" '{MIGRATIONS}[@APP.NAME]'.{did_you_mean(text, known)}"
    )


def read_file(wanted: File) -> Side:
    """Return the side that a snapshot holds.

    Raises:
        UnusableFile: The file cannot be read, or holds something else.
    """
    try:
        snapshot = load(read(Path(wanted.name)))
    except MalformedSnapshot as error:
        raise UnusableFile(f"Snapshot '{wanted.name}' {error}.", TAKE) from error
    return Side(
        wanted.name,
        snapshot.schema,
        planned=snapshot.side == EXPECTED,
        migrations=frozenset(snapshot.migrations),
        replaced=frozenset(snapshot.replaced),
        version=snapshot.server_version,
    )


def read_database(alias: str, scope: Scope | None, job: Job) -> Side:
    """Return the side that a live database is.

    Args:
        alias: The database.
        scope: What to look for beside what the search path shows; None: where
            models name a namespace, there.
        job: With the limits.

    Raises:
        DatabaseUnreachable: It cannot be reached.
        DatabaseUnreadable: It cannot be read.
    """
    connection = connections[alias]
    backend = backend_for(connection)
    job.progress(f"{alias}: reading the database")
    connect_to_read(connection, job.limits.connect_seconds)
    with backend.bounded(connection, job.limits):
        schema = backend.read(connection, scope or named_scope(connection, backend))
        schema, _ = backend.complete(connection, schema, ())
        schema = with_objects(schema, connection)
        migrations = recorded(connection)
        version = backend.server_version(connection)
    return Side(alias, schema, migrations=migrations, version=version)


def plan_models(alias: str, job: Job) -> Side:
    """Return what the live models ask of a server.

    Raises:
        DatabaseUnreachable: It cannot be reached; what Django makes depends on it.
    """
    connection = _connected(alias, job)
    traits = backend_for(connection).traits(connection)
    schema = from_apps(live_apps, connection, traits, _choice())
    return Side(MODELS, with_declared(schema, job.settings.tables), planned=True)


def plan_migrations(wanted: Migrations, alias: str, job: Job) -> Side:
    """Return what the migrations make on a server, up to a point.

    Raises:
        DatabaseUnreachable: It cannot be reached; what Django makes depends on it.
        UnknownName: There is no such migration.
        SchemaguardError: The project's migrations cannot be used.
    """
    loader = load_migrations(None)
    point = None
    if wanted.point:
        loader, point = _find(loader, wanted.point)
    plan = _up_to(loader, point)
    connection = _connected(alias, job)
    traits = backend_for(connection).traits(connection)
    state = applied_state(loader, frozenset(plan))
    schema = from_state(state, connection, traits, _choice())
    return Side(
        wanted.name,
        with_declared(schema, job.settings.tables),
        planned=True,
        migrations=frozenset(map(word, plan)),
        replaced=replaced(loader),
    )


def replaced(loader: MigrationLoader) -> frozenset[str]:
    """Return the migrations that squashed ones stand for."""
    return frozenset(
        word(node)
        for migration in loader.replacements.values()
        for node in migration.replaces
    )


def _choice() -> Choice:
    return Choice(known=cache_tables(caches.settings))


def _connected(alias: str, job: Job) -> BaseDatabaseWrapper:
    connection = connections[alias]
    connect(connection, job.limits.connect_seconds)
    return connection


def _find(loader: MigrationLoader, text: str) -> tuple[MigrationLoader, Node]:
    """Return the migration, and the loader in whose graph it is."""
    app, _, start = text.partition(".")
    names = sorted(name for label, name in loader.disk_migrations if label == app)
    if names and start == ZERO:
        return loader, (app, ZERO)
    exact = [name for name in names if name == start]
    found = exact or [name for name in names if start and name.startswith(start)]
    if len(found) != 1:
        known = [f"{label}.{name}" for label, name in sorted(loader.disk_migrations)]
        what = "Several migrations begin with" if found else "There is no migration"
        guess = "" if found else did_you_mean(text, known)
        raise UnknownName(f"{what} '{text}'.{guess}")
    node = (app, found[0])
    if node not in loader.graph.nodes:  # A squash stands for it.
        loader = load_migrations(None, replace_squashed=False)
    return loader, node


def _up_to(loader: MigrationLoader, point: Node | None) -> list[Node]:
    """Return what is applied after `migrate` to a point, from where all is."""
    plan = full_plan(loader)
    if point is None:
        return plan
    graph, (app, name) = loader.graph, point
    if name == ZERO:
        first = graph.root_nodes(app)
    else:
        children = graph.node_map[point].children
        first = [child.key for child in children if child.key[0] == app]
    later = {node for start in first for node in graph.backwards_plan(start)}
    return [node for node in plan if node not in later]
