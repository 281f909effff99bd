"""Empty databases to build in, and what validation finds in them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connections, transaction

from django_schemaguard.backends import backend_for
from django_schemaguard.backends.base import Limits, Scope
from django_schemaguard.backends.settle import settle
from django_schemaguard.core.compare import compare
from django_schemaguard.core.policy import Policy
from django_schemaguard.expected import from_state
from tests.servers import SUFFIX

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations.state import ProjectState

    from django_schemaguard.core.finding import Finding
    from django_schemaguard.core.schema import Schema, Skip

ALIAS = "property"


@contextmanager
def empty(alias: str) -> Iterator[BaseDatabaseWrapper]:
    """Yield a connection on which no table is visible; leave nothing behind."""
    connection = connections[alias]
    match connection.vendor:
        case "postgresql":
            with _namespace(connection):
                yield connection
        case "sqlite":
            with _in_memory(connection) as scratch:
                yield scratch
        case _:
            with _second_database(connection) as scratch:
                yield scratch


@contextmanager
def _namespace(connection: BaseDatabaseWrapper) -> Iterator[None]:
    with transaction.atomic(connection.alias):
        with connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA laboratory")
            cursor.execute("SET LOCAL search_path TO laboratory")
        yield
        transaction.set_rollback(True, connection.alias)


@contextmanager
def _in_memory(connection: BaseDatabaseWrapper) -> Iterator[BaseDatabaseWrapper]:
    scratch = connection.copy(ALIAS)
    scratch.settings_dict["NAME"] = ":memory:"
    with _known(scratch):
        scratch.ensure_connection()
        try:
            yield scratch
        finally:
            # close() keeps a database in memory alive.
            scratch.connection.close()


@contextmanager
def _second_database(connection: BaseDatabaseWrapper) -> Iterator[BaseDatabaseWrapper]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    name = "_".join(filter(None, ("schemaguard_property", SUFFIX.lower(), worker)))
    scratch = connection.copy(ALIAS)
    scratch.settings_dict["NAME"] = name
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    with _known(scratch):
        try:
            yield scratch
        finally:
            scratch.close()
            with connection._nodb_cursor() as cursor:
                cursor.execute(f"DROP DATABASE {name}")


@contextmanager
def _known(scratch: BaseDatabaseWrapper) -> Iterator[None]:
    """Let Django's schema editor find the connection by its alias."""
    connections[ALIAS] = scratch
    try:
        yield
    finally:
        del connections[ALIAS]


def both_sides(
    connection: BaseDatabaseWrapper, state: ProjectState
) -> tuple[Schema, Schema]:
    """Return what a project state expects and what the database holds, settled."""
    backend = backend_for(connection)
    fresh = state.clone()
    fresh.__dict__.pop("apps", None)  # Rendered anew, as validation renders it.
    expected = from_state(fresh, connection, backend.traits(connection))
    scope = Scope(names=frozenset(table.name for table in expected))
    with backend.bounded(connection, Limits(statement_ms=20_000)):
        actual = backend.read(connection, scope)
        return settle(backend, connection, expected, actual)


def findings(
    connection: BaseDatabaseWrapper, state: ProjectState
) -> tuple[tuple[Finding, ...], tuple[Skip, ...]]:
    """Return what is found and what was skipped."""
    comparison = compare(*both_sides(connection, state))
    return comparison.findings, comparison.skips


def lines(found: tuple[Finding, ...]) -> list[str]:
    """Return a line for each, with the severity it has in production."""
    policy = Policy()
    return [
        f"{policy.severity(it).word} {it.code} {it.message}"
        f" | {it.expected} | {it.actual}"
        for it in found
    ]
