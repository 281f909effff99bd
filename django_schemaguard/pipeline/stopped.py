"""Point to `resume` where a run of migrations left what was found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import DatabaseError
from django.db.models import Q

from django_schemaguard.backends.connect import one_line
from django_schemaguard.core.finding import Cause
from django_schemaguard.core.schema import Skip
from django_schemaguard.models import Run

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.report import Verdict
    from django_schemaguard.core.schema import Schema

WHAT = "runs that stopped half-way"
# What a migration leaves that was applied, or unapplied, by half.
_HALF = frozenset({Cause.UNRECORDED, Cause.FAKE_APPLIED})
_OPEN = (Run.Status.RUNNING, Run.Status.NEEDS_RESUME, Run.Status.REVERT_BLOCKED)


def with_way_out(
    verdicts: tuple[Verdict, ...], connection: BaseDatabaseWrapper, found: Schema
) -> tuple[tuple[Verdict, ...], tuple[Skip, ...]]:
    """Return the verdicts with the advice to settle the run that stopped there.

    One statement, where half a migration may stand, or one is not applied, and there
    is a journal; else none.
    Call it last inside `Backend.bounded`: a failure leaves the transaction unusable.
    """
    waits = any(it.cause in _HALF or _waits(it) for it in verdicts)
    if not waits or found.table(Run._meta.db_table) is None:  # noqa: SLF001
        return verdicts, ()
    of_migrations = Q(command="migrate") | Q(reverts__command="migrate")
    runs = Run.objects.using(connection.alias).filter(of_migrations, status__in=_OPEN)
    try:
        opened = tuple(runs.order_by("pk"))
    except DatabaseError as error:
        said = one_line(error, connection).rstrip(".")
        return verdicts, (Skip(None, WHAT, f"The journal could not be read: {said}."),)
    if not any(it.cause in _HALF for it in verdicts):
        # What is at work, or was killed, left no half: to migrate goes on.
        opened = tuple(run for run in opened if run.status != Run.Status.RUNNING)
    return tuple(_pointing(it, opened) for it in verdicts), ()


def _pointing(verdict: Verdict, runs: tuple[Run, ...]) -> Verdict:
    hints = (_hint(verdict, run) for run in runs)
    hint = next(filter(None, hints), verdict.advice)
    return replace(verdict, advice=hint)


def _waits(verdict: Verdict) -> bool:
    """Return whether it is that a migration is not applied."""
    return verdict.finding.kind == "migration_unapplied"


def _hint(verdict: Verdict, run: Run) -> str:
    """Return what to do about the run that left a finding; "" where it did not."""
    waits = _waits(verdict)
    stopped_at = run.error.get("migration") or None
    if run.status != Run.Status.RUNNING:
        if waits or (verdict.migration and verdict.migration == stopped_at):
            return (
                f"Settle run {run.pk} first: 'manage.py schemaguard resume' tells how."
            )
    elif verdict.migration in run.plan and (waits or verdict.cause is Cause.UNRECORDED):
        return (
            f"Run {run.pk} is at work on it or was killed:"
            " 'manage.py schemaguard resume' tells."
        )
    return ""
