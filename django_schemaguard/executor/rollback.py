"""Undo a whole run of repairs, the last step first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from django_schemaguard.exceptions import SchemaguardError, UnknownName
from django_schemaguard.executor.apply import RepairIncomplete
from django_schemaguard.executor.entries import kept_of, subject_of, target_of
from django_schemaguard.executor.undo import Blocked, obstacles, undoings
from django_schemaguard.models import Run, Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django_schemaguard.executor.journal import Journal
    from django_schemaguard.executor.place import Place

UNDONE = (Step.Status.DONE, Step.Status.ADOPTED)
# Runs of repairs of which something stands, those that were cut short among them.
LEFT_REPAIRS = Q(
    ~Q(status=Run.Status.ROLLED_BACK),
    command__in=("auto_fix", "sync"),
    steps__status__in=UNDONE,
)


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
    run = journal.runs.filter(LEFT_REPAIRS).order_by("-pk").first()
    if run is None:
        raise UnknownName("The journal has no run of repairs to undo.")
    return run


def look(
    place: Place, run: Run, entries: list[Step] | None = None
) -> tuple[Reversal, ...]:
    """Return the steps back, with what stands in the way of each; run nothing.

    Args:
        place: A database, under the lock of a run.
        run: Of repairs.
        entries: Which of its steps; None for all.
    """
    steps = undoings(place, _entries(place, run) if entries is None else entries)
    found = obstacles(steps)
    return tuple(Reversal(it.entry, found[it.entry.pk]) for it in steps)


def staying(place: Place, run: Run) -> tuple[tuple[Step, str], ...]:
    """Return the steps that are never undone, each with the reason."""
    found = ((entry, kept_of(entry)) for entry in _entries(place, run))
    return tuple((entry, kept) for entry, kept in found if kept)


def part(place: Place, run: Run) -> tuple[list[Step], tuple[tuple[Step, str], ...]]:
    """Return the steps that can be undone, and the others, each with the reason.

    A step that stays may stand in the way of earlier ones.
    """
    entries, blocked = _entries(place, run), dict[int, str]()
    while True:
        found = obstacles(undoings(place, entries))
        new = {key: why for key, why in found.items() if why}
        if not new:
            break
        blocked |= new
        entries = [it for it in entries if it.pk not in new]
    stay = [it for it in _entries(place, run) if it.pk in blocked]
    fixed = {target_of(it) for it in stay}
    entries = [it for it in entries if target_of(it) not in fixed]
    return entries, tuple((it, _half(blocked[it.pk])) for it in stay)


def _half(reason: str) -> str:
    """Return a sentence as the half of one."""
    return f"{reason[:1].lower()}{reason[1:].rstrip('.')}"


def roll_back(
    place: Place,
    run: Run,
    arguments: Sequence[str] = (),
    *,
    skip_blocked: bool = False,
) -> Run:
    """Undo a run; return the run that did so.

    Args:
        place: A database, under the lock of a run.
        run: Of repairs.
        arguments: What the command was called with, for the journal.
        skip_blocked: Leave the steps that cannot be undone, and undo the others.

    Raises:
        RollbackRefused: Before anything is done, with all reasons.
        RepairIncomplete: Part of it is undone; what is not stays in the journal.
    """
    stay, entries = staying(place, run), _entries(place, run)
    blocked: tuple[tuple[Step, str], ...] = ()
    if skip_blocked:
        entries, blocked = part(place, run)
    refuse(look(place, run, entries), run, (*stay, *blocked))
    journal = place.journal
    undoing_run = journal.start("rollback", arguments, reverts=run)
    for undone, each in enumerate(undoings(place, entries)):
        place.progress(f"undoing {subject_of(target_of(each.entry))}")
        try:
            each.perform()
        except (Blocked, SchemaguardError) as error:
            _fail(journal, undoing_run, error, undone)
    gone = [it.pk for it in entries if not kept_of(it)]
    journal.steps.filter(pk__in=gone).update(status=Step.Status.ROLLED_BACK)
    if not blocked:
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
        rest = " To undo the rest, give --skip-blocked."
        raise RollbackRefused(
            f"Run {run.pk} is not rolled back: {' '.join(reasons)}",
            f"Nothing was changed.{rest if len(reasons) < len(steps) else ''}",
        )


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
