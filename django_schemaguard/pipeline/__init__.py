"""The steps of a validation in their order; what every entry point calls."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from django.db import DatabaseError, connections

from django_schemaguard.backends import backend_for
from django_schemaguard.backends.base import USUAL_LIMITS, Backend, Limits, Scope
from django_schemaguard.backends.connect import connect_to_read, one_line
from django_schemaguard.backends.settle import settle, with_numbers
from django_schemaguard.conf.databases import guarded_aliases
from django_schemaguard.core.cause import Evidence, attribute
from django_schemaguard.core.command_lines import completed
from django_schemaguard.core.compare import compare
from django_schemaguard.core.report import DatabaseReport, Report
from django_schemaguard.exceptions import DatabaseUnreachable, DatabaseUnreadable
from django_schemaguard.expected.extensions import created_extensions
from django_schemaguard.history import MigrationGraph, full_plan, read_history
from django_schemaguard.pipeline.collector import collector_paused
from django_schemaguard.pipeline.concluding import Examined, conclude
from django_schemaguard.pipeline.counter import Counter
from django_schemaguard.pipeline.each import for_each
from django_schemaguard.pipeline.evidence import Inquiry, full_history
from django_schemaguard.pipeline.record import unreadable
from django_schemaguard.pipeline.servers import too_old, unreachable
from django_schemaguard.pipeline.sides import Sides
from django_schemaguard.pipeline.traces import looks_faked, proven
from django_schemaguard.pipeline.upkeep import with_upkeep

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.conf import Settings
    from django_schemaguard.core.finding import Finding
    from django_schemaguard.core.report import Attributed, Verdict
    from django_schemaguard.core.rules import Mode
    from django_schemaguard.core.schema import Schema
    from django_schemaguard.pipeline.frozen import Frozen, FrozenSide

Say = Callable[[str], None]


def _quiet(line: str) -> None:
    del line


def _whole(schema: Schema) -> Schema:
    return schema


def _any(verdict: Verdict) -> bool:
    del verdict
    return True


def _today() -> date:
    return datetime.now(UTC).astimezone().date()


@dataclass(frozen=True, slots=True)
class Job:
    """What to validate, and how strictly.

    Attributes:
        apps: Labels; empty for all.
        progress: Is told in a few words what is being done.
        trace: Is told every statement.
        today: For the expiry of waivers.
        unmade: Look for changes of models that no migration makes, at the cost of
            a millisecond for each model.
        frozen: Where the expected schema comes from instead of the migrations.
        focus: Gives what of the schema read is looked at.
        own: Whether a finding is told; those that are not are a matter of others.
    """

    settings: Settings
    mode: Mode
    apps: frozenset[str] = frozenset()
    limits: Limits = USUAL_LIMITS
    progress: Say = _quiet
    trace: Say = _quiet
    today: date = field(default_factory=_today)
    unmade: bool = True
    frozen: Frozen | None = None
    focus: Callable[[Schema], Schema] = _whole
    own: Callable[[Verdict], bool] = _any

    @property
    def whole(self) -> bool:
        """Whether all of a database is looked at, and not some apps or one schema."""
        return not self.apps and self.focus is _whole


def validate(aliases: Iterable[str], job: Job) -> Report:
    """Compare what models and applied migrations expect with live databases.

    A database that cannot be reached or read is reported as such and never hides
    the others.

    Args:
        aliases: In the order of the report.
        job: What to validate, and how strictly.

    Raises:
        BrokenMigrations: The project's migrations cannot be loaded.
        StateUnusable: The models cannot be built from them.
    """
    aliases = tuple(aliases)
    reports = for_each(aliases, lambda alias: validate_one(alias, job))
    whole = not job.apps and {*aliases} >= {*guarded_aliases(job.settings)}
    reports = with_upkeep(reports, job.settings, job.today, whole=whole)
    return Report(job.mode.value, reports)


def validate_one(alias: str, job: Job) -> DatabaseReport:
    """Validate one database in this thread; `validate` says more."""
    connection = connections[alias]
    backend = backend_for(connection)
    counter = Counter(job.trace)
    started = time.perf_counter()
    blank = DatabaseReport(alias, connection.vendor, None, reachable=False)
    job.progress(f"{alias}: connecting")
    try:
        connect_to_read(connection, job.limits.connect_seconds)
        with (
            connection.execute_wrapper(counter),
            collector_paused(),
            backend.bounded(connection, job.limits),
        ):
            report = _inspect(connection, backend, job, blank)
            old = too_old(connection)
            verdicts = filter(job.own, report.verdicts)
            report = replace(report, verdicts=(*old, *verdicts))
    except DatabaseUnreachable as error:
        report = unreachable(blank, error)
    except DatabaseUnreadable as error:
        hint = completed(error.hint, alias)
        report = replace(blank, reachable=True, error=str(error), hint=hint)
    except DatabaseError as error:  # Lost, locked or forbidden in mid-read.
        report = replace(blank, reachable=True, error=one_line(error, connection))
    seconds = time.perf_counter() - started
    return replace(report, queries=counter.count, seconds=seconds)


def _inspect(
    connection: BaseDatabaseWrapper,
    backend: Backend,
    job: Job,
    blank: DatabaseReport,
) -> DatabaseReport:
    """Run every step on one connected database."""
    alias = connection.alias
    frozen = job.frozen.side(connection, job.apps) if job.frozen else None
    if frozen is not None:
        return _inspect_frozen(connection, backend, job, blank, frozen)
    job.progress(f"{alias}: working out the expected schema")
    graph = _graph(connection, backend)
    declared = job.settings.tables
    sides = Sides(connection, graph, backend.traits(connection), job.apps, declared)
    scope = _scope(sides.asked_for)
    job.progress(f"{alias}: reading the database")
    actual = job.focus(backend.read(connection, scope))
    job.progress(f"{alias}: comparing")
    fitting = sides.fitting(actual)
    expected, found = settle(backend, connection, fitting, actual)
    history = replace(
        full_history(sides, unmade=job.unmade), extensions=_extensions(sides)
    )
    comparison = compare(expected, found, history)
    attributed: tuple[Attributed, ...] = ()
    if comparison.findings:
        compared = (fitting, with_numbers(actual, found))
        inquiry = Inquiry(backend, sides, compared, history, comparison.findings)
        attributed = _attributed(inquiry, found, job)
    blank = replace(blank, server_version=backend.server_version(connection))
    examined = Examined(expected, found, comparison, attributed)
    return conclude(connection, job, blank, examined)


def _attributed(inquiry: Inquiry, found: Schema, job: Job) -> tuple[Attributed, ...]:
    """Tell the cause of each finding."""
    halves, evidence = inquiry.partial()
    if job.focus is _whole:  # The journal of one schema tells nothing of another.
        sides = inquiry.sides
        lost = looks_faked(inquiry.findings, evidence, sides.graph.records)
        ran = proven(sides.connection, inquiry.backend, found, lost)
        evidence = replace(evidence, ran=ran)
    return attribute((*_wanted(inquiry.findings, job), *halves), evidence)


def _graph(connection: BaseDatabaseWrapper, backend: Backend) -> MigrationGraph:
    try:
        return read_history(connection, backend.records(connection))
    except DatabaseError as error:
        raise unreadable(connection, error) from error


def _inspect_frozen(
    connection: BaseDatabaseWrapper,
    backend: Backend,
    job: Job,
    blank: DatabaseReport,
    frozen: FrozenSide,
) -> DatabaseReport:
    """Compare with a snapshot, by reading the catalog alone."""
    alias = connection.alias
    job.progress(f"{alias}: reading the database")
    actual = job.focus(backend.read(connection, _scope(frozen.asked_for)))
    job.progress(f"{alias}: comparing")
    expected, found = settle(backend, connection, frozen.asked_for, actual)
    comparison = compare(expected, found, frozen.history)
    evidence = Evidence(unknown=frozen.history.unknown)
    attributed = attribute(_wanted(comparison.findings, job), evidence)
    blank = replace(blank, server_version=backend.server_version(connection))
    examined = Examined(expected, found, comparison, attributed)
    return conclude(connection, job, blank, examined)


def _extensions(sides: Sides) -> tuple[tuple[str, str], ...]:
    graph = sides.graph
    applied = graph.applied
    plan = [node for node in full_plan(graph.loader) if node in applied]
    return created_extensions(graph.loader, plan, sides.connection)


def _scope(expected: Schema) -> Scope:
    return Scope(
        namespaces=frozenset(t.namespace for t in expected if t.namespace),
        names=frozenset(table.name for table in expected),
    )


def _wanted(findings: tuple[Finding, ...], job: Job) -> tuple[Finding, ...]:
    """Leave out tables that nobody declares where only some apps are asked for."""
    if not job.apps:
        return findings
    return tuple(f for f in findings if f.kind != "extra_table")
