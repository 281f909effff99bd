"""Settle what a run left that was killed, or ended part-way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.backends.repair import Standing
from django_schemaguard.exceptions import NotInTime, NotPermitted
from django_schemaguard.executor.elders import LATER, Elders, remove
from django_schemaguard.executor.entries import (
    cleanup_of,
    is_backfill,
    subject_of,
    target_of,
)
from django_schemaguard.executor.lock import not_got
from django_schemaguard.executor.standing import at_rest
from django_schemaguard.models import Run, Step

if TYPE_CHECKING:
    from django_schemaguard.executor.place import Place


def settle_unfinished(place: Place) -> tuple[Run, ...]:
    """Settle each step that was begun, by what is really there; return the runs.

    What is whole is adopted, what is still being built is waited for, what is
    broken is removed, and what is absent is abandoned. Whatever is missing after
    that, a plan made now has it.

    Raises:
        NotPermitted: A run of migrations has to be resumed first.
        NotInTime: Something is still being built, or another run is at work.
    """
    if place.lock.pooled:
        _await_others(place)
    runs = place.journal.unfinished()
    for run in runs:
        if run.is_of_migrations:
            raise NotPermitted(
                f"Run {run.pk} ({run.command}) was not finished.",
                "Finish or undo it with 'manage.py schemaguard resume' first.",
            )
    for run in runs:
        begun = place.journal.steps.filter(run=run, status=Step.Status.INTENT)
        for entry in begun.select_related("run"):
            _settle(place, entry)
        place.journal.finish(run, Run.Status.INTERRUPTED)
    return runs


def _await_others(place: Place) -> None:
    """Wait for a run that is alive: behind a pooler, the lock does not tell of it."""
    for _ in place.deadline.tries(longest=1.0):
        if place.journal.alive() is None:
            return
    raise not_got(place.lock)


def _settle(place: Place, entry: Step) -> None:
    target = target_of(entry)
    place.progress(f"run {entry.run_id}: settling {subject_of(target)}")
    if is_backfill(entry):
        place.journal.settle(entry, Step.Status.ABANDONED)
        return
    standing = _standing_still(place, entry)
    if standing is Standing.VALID:
        entry.definition_after = place.writer.definition(target) or ""
        place.journal.settle(entry, Step.Status.ADOPTED)
        return
    if standing is Standing.INVALID:
        _remove(place, entry)
    place.journal.settle(entry, Step.Status.ABANDONED)


def _remove(place: Place, entry: Step) -> None:
    """Remove what is broken, once those who use its table have let go."""
    target, who = target_of(entry), ""
    elders = Elders(place, cleanup_of(entry), (target.table,))
    for _ in place.deadline.tries(longest=1.0):
        who = elders.left()
        if not who:
            remove(place, cleanup_of(entry), target.table, place.deadline.left_ms)
            return
    raise NotInTime(
        f"What run {entry.run_id} left of {subject_of(target)} could not be removed:"
        f" {who} has a transaction open.",
        LATER,
    )


def _standing_still(place: Place, entry: Step) -> Standing:
    target = target_of(entry)
    standing = at_rest(place, target)
    if standing is not Standing.BUILDING:
        return standing
    raise NotInTime(f"{subject_of(target).capitalize()} is still being built.", LATER)
