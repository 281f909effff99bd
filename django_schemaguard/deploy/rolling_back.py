"""Undo a migrate run that succeeded: back to the migrations applied before it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from django_schemaguard.deploy import django_side
from django_schemaguard.deploy.applying import Application
from django_schemaguard.deploy.executor import Executor
from django_schemaguard.deploy.guard import refuse_loss
from django_schemaguard.deploy.losses import guards_now
from django_schemaguard.deploy.no_return import refuse_final
from django_schemaguard.deploy.opening import check_server
from django_schemaguard.deploy.statements import unapplied
from django_schemaguard.deploy.twins import refuse_twins
from django_schemaguard.deploy.unapplying import unapply
from django_schemaguard.deploy.unfinished import foreseen, settle_unfinished
from django_schemaguard.deploy.verifying import read_fingerprint
from django_schemaguard.deploy.waiting import bounded_locks
from django_schemaguard.exceptions import SchemaguardError
from django_schemaguard.executor.journal import Journal
from django_schemaguard.models import Run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.deploy.request import Request
    from django_schemaguard.deploy.result import Result
    from django_schemaguard.deploy.statements import PlannedMigration
    from django_schemaguard.executor.locks.base import Lock


class NotUndone(SchemaguardError):
    """The run cannot be undone, so nothing was changed."""


def look(connection: BaseDatabaseWrapper, run: Run) -> tuple[str, ...]:
    """Return the migrations that undoing a run would unapply; change nothing.

    Raises:
        SchemaguardError: What `roll_back` would raise before it changes anything.
    """
    stopped = foreseen(connection)
    if stopped is not None:
        raise stopped
    executor = Executor(connection)
    names = undoable(executor, run)
    refuse_loss(connection, guards_now(executor, names))
    return names


def unrestored(executor: Executor, names: Sequence[str]) -> tuple[str, ...]:
    """Return what unapplying migrations may not bring back, a sentence each.

    Args:
        executor: With a fresh loader.
        names: From `look`.
    """
    found = refuse_final(executor, names)
    return tuple(f"This may not bring back all: {each}." for each in found)


def preview(
    connection: BaseDatabaseWrapper, names: Sequence[str]
) -> tuple[PlannedMigration, ...]:
    """Return what unapplying migrations would run; change nothing.

    Args:
        connection: To the database.
        names: From `look`.
    """
    return unapplied(Executor(connection), names)


def undoable(executor: Executor, run: Run) -> tuple[str, ...]:
    """Return the migrations that undoing a run would unapply, the latest first.

    Raises:
        NotUndone: The run did not succeed, unapplied migrations itself, or others
            that were applied since need its own.
        NoWayBack: One of them removed something.
        TwinInTheWay: What it made is gone, and another schema has it, too.
    """
    if run.status != Run.Status.DONE:
        raise NotUndone(
            f"Run {run.pk} is '{run.get_status_display()}'; only one that is done can"
            " be undone."
        )
    before = set(run.applied_before)
    recorded = executor.loader.applied_migrations
    _refuse_replaced(executor, run)
    full = executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)
    order = [each for each, _ in full if (each.app_label, each.name) in recorded]
    names = [str(each) for each in order if str(each) in run.plan]
    names = [name for name in names if name not in before]
    if not names:
        raise NotUndone(f"Nothing stands of what run {run.pk} applied.")
    for migration in order:
        if str(migration) in names:
            continue
        needed = {".".join(node) for node in _needs(executor, migration)}
        met = sorted(needed & set(names))
        if met:
            raise NotUndone(
                f"'{migration}', which was not applied by run {run.pk}, needs"
                f" '{met[0]}'.",
                "Undo the later run first.",
            )
    refuse_final(executor, names)
    nodes = {str(each): each for each in reversed(order)}
    steps = [(node, True) for name, node in nodes.items() if name in names]
    refuse_twins(executor, executor.state(applied=True), steps)
    return tuple(reversed(names))


def _refuse_replaced(executor: Executor, run: Run) -> None:
    applied = set(run.plan) - set(run.applied_before)
    for node, squashed in executor.loader.replacements.items():
        if node not in executor.loader.applied_migrations:
            continue
        met = sorted(applied & {".".join(each) for each in squashed.replaces})
        if met:
            raise NotUndone(
                f"'{met[0]}' is part of '{squashed}' since, which replaces it.",
                "Take it back by a new migration.",
            )


def roll_back(request: Request, run: Run, lock: Lock) -> Result:
    """Unapply what a run applied, under the lock; then validate.

    Raises:
        NotUndone: The run cannot be undone.
        NoWayBack: One of its migrations removed something.
        WouldLose: Rows were written since; nothing was undone.
        StoppedHalfWay: Some migrations were undone, and others stand.
    """
    started = time.perf_counter()
    journal = Journal(lock.connection, lock)
    settle_unfinished(journal)
    django_side.connect_receivers()
    check_server(lock.connection)
    executor = Executor(lock.connection)
    names = undoable(executor, run)
    for sentence in unrestored(executor, names):
        request.say(sentence)
    entry = journal.start(
        "rollback",
        request.arguments,
        plan=list(names),
        schema_before=read_fingerprint(request),
        reverts=run,
    )
    undoer = Application(request, journal, lock, entry).undoer()
    with bounded_locks(lock, request.lock_timeout):
        result = unapply(request, journal, entry, undoer, names)
    return replace(result, seconds=time.perf_counter() - started)


def _needs(executor: Executor, migration: object) -> set[tuple[str, str]]:
    node = (migration.app_label, migration.name)  # type: ignore[attr-defined]
    return set(executor.loader.graph.forwards_plan(node)) - {node}
