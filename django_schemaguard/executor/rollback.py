"""Undo a whole run of repairs, the last step first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django_schemaguard.exceptions import SchemaguardError, UnknownName
from django_schemaguard.executor.apply import RepairIncomplete
from django_schemaguard.executor.entries import kept_of, subject_of, target_of
from django_schemaguard.executor.undo import Blocked, obstacles, undoings
from django_schemaguard.models import Run, Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django_schemaguard.executor.journal import Journal
    from django_schemaguard.executor.place import Place
    from django_schemaguard.executor.undo import Undoing

UNDONE = (Step.Status.DONE, Step.Status.ADOPTED)
COMMANDS = ("auto_fix", "sync")


class RollbackRefused(SchemaguardError):
    """Something would be lost, or is not as the run left it; nothing was done."""


@dataclass(frozen=True, slots=True)
class Reversal:
    """One step back.

    Attributes:
        entry: What is undone.
        obstacle: Why it cannot be; "" where it can.
    """

    entry: Step
    obstacle: str = ""


def find_run(journal: Journal, number: int | None) -> Run:
    """Return the run to undo: the one named, or the last that left something.

    Raises:
        UnknownName: There is none.
    """
    if number is not None:
        run = journal.runs.filter(pk=number).first()
        if run is None:
            raise UnknownName(
                f"The journal has no run {number}.",
                "Run 'manage.py schemaguard history' for a list.",
            )
        return run
    found = journal.runs.filter(command__in=COMMANDS, steps__status__in=UNDONE)
    found = found.exclude(status=Run.Status.ROLLED_BACK)
    run = found.order_by("-pk").first()
    if run is None:
        raise UnknownName("The journal has no run of repairs to undo.")
    return run


def look(place: Place, run: Run) -> tuple[Reversal, ...]:
    """Return the steps back, with what stands in the way of each; run nothing."""
    steps = _undoings(place, run)
    found = obstacles(steps)
    return tuple(Reversal(it.entry, found[it.entry.pk]) for it in steps)


def staying(place: Place, run: Run) -> tuple[tuple[Step, str], ...]:
    """Return the steps that are never undone, each with the reason."""
    found = ((entry, kept_of(entry)) for entry in _entries(place, run))
    return tuple((entry, kept) for entry, kept in found if kept)


def roll_back(place: Place, run: Run, arguments: Sequence[str] = ()) -> Run:
    """Undo a run; return the run that did so.

    Raises:
        RollbackRefused: Before anything is done, with all reasons.
        RepairIncomplete: Part of it is undone; what is not stays in the journal.
    """
    refuse(look(place, run), run, staying(place, run))
    journal = place.journal
    undoing_run = journal.start("rollback", arguments, reverts=run)
    for undone, each in enumerate(_undoings(place, run)):
        place.progress(f"undoing {subject_of(target_of(each.entry))}")
        try:
            each.perform()
        except (Blocked, SchemaguardError) as error:
            _fail(journal, undoing_run, error, undone)
    gone = [it.pk for it in _entries(place, run) if not kept_of(it)]
    journal.steps.filter(pk__in=gone).update(status=Step.Status.ROLLED_BACK)
    journal.finish(run, Run.Status.ROLLED_BACK)
    journal.finish(undoing_run, Run.Status.DONE)
    return undoing_run


def refuse(
    steps: Sequence[Reversal], run: Run, stay: Sequence[tuple[Step, str]] = ()
) -> None:
    """Raise where any step cannot be undone, or none is ever.

    Raises:
        RollbackRefused: With all reasons.
    """
    if run.status == Run.Status.ROLLED_BACK:
        raise RollbackRefused(f"Run {run.pk} is rolled back already.")
    if stay and not steps:
        why = "; ".join(dict.fromkeys(kept for _, kept in stay))
        raise RollbackRefused(f"Run {run.pk} has nothing to undo: {why}.")
    reasons = [step.obstacle for step in steps if step.obstacle]
    if reasons:
        raise RollbackRefused(
            f"Run {run.pk} is not rolled back: {' '.join(reasons)}",
            "Nothing was changed.",
        )


def _undoings(place: Place, run: Run) -> list[Undoing]:
    return undoings(place, _entries(place, run))


def _entries(place: Place, run: Run) -> list[Step]:
    entries = place.journal.steps.filter(run=run, status__in=UNDONE)
    return list(entries.select_related("run"))


def _fail(journal: Journal, run: Run, error: Exception, undone: int) -> None:
    status = Run.Status.NEEDS_RESUME if undone else Run.Status.FAILED_CLEAN
    journal.finish(run, status, error={"message": str(error)})
    if not undone and isinstance(error, SchemaguardError):
        raise error
    failure = RepairIncomplete if undone else RollbackRefused
    raise failure(
        str(error), f"{undone} steps were undone." if undone else "Nothing was changed."
    ) from error
