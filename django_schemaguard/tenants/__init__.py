"""Many schemas of one database with the same tables: one report for each shape."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import connections

from django_schemaguard.backends.base import USUAL_LIMITS
from django_schemaguard.backends.connect import connect
from django_schemaguard.core.command_lines import completed
from django_schemaguard.core.report import DatabaseReport
from django_schemaguard.core.schema import Skip
from django_schemaguard.exceptions import (
    DatabaseUnreachable,
    DatabaseUnreadable,
    NotPermitted,
    SchemaguardError,
    UnknownName,
)
from django_schemaguard.pipeline import validate_one
from django_schemaguard.pipeline.counter import Counter
from django_schemaguard.pipeline.servers import unreachable
from django_schemaguard.tenants.focus import alike, focus_on, is_of_shape, unattributed
from django_schemaguard.tenants.shapes import Shape, Shapes, read_shapes
from django_schemaguard.tenants.switching import SchemaGone, bounded, switched

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.pipeline import Job

MOST = 25  # Shapes compared in detail; each costs as much as a database.
SLOW_MS = 120_000  # For the one statement over all schemas, unless a limit is given.


def validate_schemas(
    alias: str, patterns: Iterable[str], job: Job
) -> tuple[DatabaseReport, ...]:
    """Validate all schemas whose names fit a pattern; read-only.

    The server groups them by their shape, so only one schema of each is read.

    Args:
        alias: A PostgreSQL database.
        patterns: Such as "tenant_*".
        job: What to validate, and how strictly.

    Returns:
        A report for each group of schemas with the same findings, the largest
        first; one with an error where the database could not be used.

    Raises:
        UnknownName: No schema fits.
        SchemaguardError: It is no PostgreSQL database, or the migrations cannot be
            used.
    """
    connection, patterns = connections[alias], tuple(patterns)
    refuse_others(connection)
    started = time.perf_counter()
    counter = Counter(job.trace)
    blank = DatabaseReport(alias, connection.vendor, None, reachable=False)
    try:
        connect(connection, job.limits.connect_seconds)
        with connection.execute_wrapper(counter):
            shapes = shapes_of(connection, patterns, job)
    except DatabaseUnreachable as error:
        return (unreachable(blank, error),)
    except DatabaseUnreadable as error:
        return (replace(blank, reachable=True, error=str(error), hint=error.hint),)
    first, *others = alike(_reports(connection, shapes, job))
    first = replace(first, queries=first.queries + counter.count)
    seconds = time.perf_counter() - started
    return tuple(
        replace(_with_schemas(report, patterns, shapes.own), seconds=seconds)
        for report in (first, *others)
    )


def _with_schemas(
    report: DatabaseReport, patterns: tuple[str, ...], own: str | None
) -> DatabaseReport:
    """Return the report with the schemas in each command that it advises.

    Commands that write take the connection's own schema without its name alone.
    """
    schemas = report.schemas if len(report.schemas) == 1 else patterns
    if own is not None:
        schemas = tuple(name for name in report.schemas if name != own)
    verdicts = tuple(
        replace(verdict, advice=completed(verdict.hint, report.alias, schemas))
        for verdict in report.verdicts
    )
    hint = completed(report.hint, report.alias, schemas)
    return replace(report, verdicts=verdicts, hint=hint)


def refuse_others(connection: BaseDatabaseWrapper) -> None:
    """Refuse databases that have no schemas.

    Raises:
        SchemaguardError: It is no PostgreSQL database.
    """
    if connection.vendor != "postgresql":
        raise SchemaguardError(
            f"Database '{connection.alias}' is {connection.vendor}; only PostgreSQL"
            " has schemas.",
            "Leave --schemas out; each alias is a database of its own.",
        )


def shapes_of(
    connection: BaseDatabaseWrapper, patterns: tuple[str, ...], job: Job
) -> Shapes:
    """Return the schemas whose names fit, grouped by their shape.

    Raises:
        UnknownName: No schema fits.
        DatabaseUnreadable: The catalog cannot be read.
    """
    alias, limits = connection.alias, job.limits
    job.progress(f"{alias}: grouping the schemas")
    if limits == USUAL_LIMITS:
        limits = replace(limits, statement_ms=SLOW_MS)
    with bounded(connection, limits):
        shapes = read_shapes(connection, patterns)
    if not shapes.shapes:
        wanted = "', '".join(patterns)
        raise UnknownName(f"No schema of '{alias}' fits '{wanted}'.")
    return shapes


def _reports(
    connection: BaseDatabaseWrapper, shapes: Shapes, job: Job
) -> Iterator[DatabaseReport]:
    """Yield the report of one schema for each shape, with all that look like it."""
    for shape in shapes.shapes[:MOST]:
        report = _report(connection, shape, shapes, job)
        if report is None:
            continue
        if len(shape.schemas) > 1:
            report = unattributed(report)
        yield replace(report, schemas=shape.schemas)
    rest = shapes.shapes[MOST:]
    if rest:
        reason = f"{MOST} shapes are compared in detail; these schemas have others."
        yield DatabaseReport(
            connection.alias,
            connection.vendor,
            None,
            reachable=True,
            skips=(Skip(None, f"{len(rest)} more shapes", reason),),
            schemas=tuple(name for shape in rest for name in shape.schemas),
        )


def _bare(connection: BaseDatabaseWrapper, shape: Shape) -> DatabaseReport:
    """Return the report of schemas without tables, whose record would be another's."""
    first, *others = shape.schemas
    more = f" and in {len(others)} more" if others else ""
    return DatabaseReport(
        connection.alias,
        connection.vendor,
        None,
        reachable=True,
        error=f"No table is in '{first}'{more} yet, so nothing was compared.",
        hint="Run 'manage.py schemaguard migrate' to make the tables.",
    )


def _report(
    connection: BaseDatabaseWrapper, shape: Shape, shapes: Shapes, job: Job
) -> DatabaseReport | None:
    """Return the report of the first schema that is there still; None for none."""
    for name in shape.schemas:
        try:
            with switched(connection, name, job.limits, shapes.kinds):
                if shape.bare:
                    return _bare(connection, shape)
                focus = focus_on(connection, name, shapes.tables, job)
                inside = replace(job, focus=focus, own=is_of_shape)
                return validate_one(connection.alias, inside)
        except SchemaGone:
            continue
        except (NotPermitted, UnknownName) as error:
            blank = DatabaseReport(
                connection.alias, connection.vendor, None, reachable=True
            )
            return replace(blank, error=str(error), hint=error.hint)
    return None
