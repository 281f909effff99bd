"""Lint what a database still has to get, or what a project's history did."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING

from django.db import DatabaseError, connections
from django.db.migrations.state import ProjectState

from django_schemaguard.backends.base import USUAL_LIMITS, Limits
from django_schemaguard.backends.connect import connect, one_line
from django_schemaguard.core.lint import LintedDatabase
from django_schemaguard.core.rules import Mode
from django_schemaguard.exceptions import DatabaseUnreachable
from django_schemaguard.expected.from_migrations import applied_state
from django_schemaguard.history import full_plan, load_migrations, read_history
from django_schemaguard.lint.changed import changed_files, is_of
from django_schemaguard.lint.context import Context
from django_schemaguard.lint.judging import judgement
from django_schemaguard.unmade import is_package

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations.loader import MigrationLoader

    from django_schemaguard.core.rules import Waiver
    from django_schemaguard.lint.context import Node, Plan

OFFLINE = "Or lint without a database: --all, or --since REVISION."
# The label of this very app, which may be installed from where it is developed.
OURS = "schemaguard"
# What the authors of a package have chosen, and its users cannot change.
_CHOSEN = frozenset({"SG585", "SG591"})


class Choice(Enum):
    """Which migrations are linted."""

    PENDING = "those that the database does not have"
    ALL = "all of the project's own apps"
    CHANGED = "those whose files a revision does not have"


@dataclass(frozen=True, slots=True)
class Job:
    """What to lint, and how.

    Attributes:
        apps: Labels; empty for all, or for the project's own where there is no
            database.
        since: The revision of Git, for `Choice.CHANGED`.
        allow: The ALLOW setting.
        style: Also look for matters of style.
    """

    choice: Choice = Choice.PENDING
    apps: frozenset[str] = frozenset()
    since: str = ""
    allow: tuple[Waiver, ...] = ()
    mode: Mode = Mode.PRODUCTION
    style: bool = False
    limits: Limits = USUAL_LIMITS
    today: date = field(default_factory=date.today)


def lint_database(alias: str, job: Job) -> LintedDatabase:
    """Lint the migrations of one database.

    Only for pending ones the database is asked. What keeps it from being linted is
    part of the result.

    Raises:
        BrokenMigrations: The migrations cannot be loaded.
        StateUnusable: A migration does not fit the ones before it.
        BadSettings: Waivers beside a migration are not what they should be.
    """
    if job.choice is Choice.PENDING:
        return _lint_pending(alias, job)
    loader = load_migrations(None)
    only = _changed(loader, job) if job.choice is Choice.CHANGED else _own(loader, job)
    context = Context(
        connections[alias],
        ProjectState(real_apps=loader.unmigrated_apps),
        loader=loader,
        allow=job.allow,
        mode=job.mode,
        today=job.today,
        only=only,
        apart=job.choice is Choice.ALL,
        style=job.style,
    )
    return _linted(_plan(loader), context)


def _lint_pending(alias: str, job: Job) -> LintedDatabase:
    connection = connections[alias]
    try:
        connect(connection, job.limits.connect_seconds)
        graph = read_history(connection)
    except DatabaseError as error:
        said = f"The record of migrations is unreadable: {one_line(error, connection)}"
        return _failed(connection, said, OFFLINE)
    except DatabaseUnreachable as error:
        return _failed(connection, str(error), f"{error.hint} {OFFLINE}")
    loader = graph.loader
    applied = graph.applied
    plan = [step for step in _plan(loader) if _node(step) not in applied]
    context = Context(
        connection,
        applied_state(loader, applied),
        live=True,
        loader=loader,
        allow=job.allow,
        mode=job.mode,
        today=job.today,
        only=frozenset(map(_node, plan)) & _of(loader, job.apps) if job.apps else None,
        style=job.style,
        statement_ms=job.limits.statement_ms,
    )
    return _without_choices(_linted(plan, context), job)


def _without_choices(linted: LintedDatabase, job: Job) -> LintedDatabase:
    """Leave out what packages have chosen, unless they are asked for by name."""
    judged = linted.judgement
    findings = tuple(
        it
        for it in judged.findings
        if it.code not in _CHOSEN or job.apps or not _is_of_package(it.migration)
    )
    return replace(linted, judgement=replace(judged, findings=findings))


def _is_of_package(migration: str | None) -> bool:
    app = (migration or "").partition(".")[0]
    return bool(app) and (app == OURS or is_package(app))


def _failed(connection: BaseDatabaseWrapper, error: str, hint: str) -> LintedDatabase:
    return LintedDatabase(
        connection.alias, connection.vendor, live=True, error=error, hint=hint
    )


def _linted(plan: Plan, context: Context) -> LintedDatabase:
    connection = context.connection
    judged = judgement(plan, context)
    return LintedDatabase(connection.alias, connection.vendor, context.live, judged)


def _plan(loader: MigrationLoader) -> Plan:
    return [(loader.graph.nodes[node], False) for node in full_plan(loader)]


def _node(step: tuple[object, bool]) -> Node:
    migration = step[0]
    return (migration.app_label, migration.name)  # type: ignore[attr-defined]


def _of(loader: MigrationLoader, apps: frozenset[str]) -> frozenset[Node]:
    return frozenset(node for node in loader.graph.nodes if node[0] in apps)


def _own(loader: MigrationLoader, job: Job) -> frozenset[Node]:
    """Return the migrations of the apps asked for, else of the project's own."""
    if job.apps:
        return _of(loader, job.apps)
    labels = {app for app, _ in loader.graph.nodes} - {OURS}
    return _of(loader, frozenset(app for app in labels if not is_package(app)))


def _changed(loader: MigrationLoader, job: Job) -> frozenset[Node]:
    files = changed_files(job.since)
    return frozenset(
        node
        for node in _own(loader, job)
        if is_of(files, type(loader.graph.nodes[node]).__module__)
    )
