"""Which ways out of a run that stopped would be accepted."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from django.db import Error

from django_schemaguard.deploy.halves import Told
from django_schemaguard.exceptions import SchemaguardError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django_schemaguard.deploy.stopping import Stop


class Choice(Enum):
    """What is to become of a run that stopped half-way; the name of the option."""

    FINISH = "finish"
    RERUN = "rerun"
    SKIP = "skip"
    UNDO = "undo"
    MARK_APPLIED = "mark-applied"


_MEANS = {
    Choice.FINISH: "to go on",
    Choice.RERUN: "to run the operation again",
    Choice.SKIP: "to take the operation for done",
    Choice.UNDO: "to go back",
    Choice.MARK_APPLIED: "to take the migration for applied",
}


# Whether the server still works for a session that is lost, only it knows.
LOST = (
    "The connection is lost. Run 'manage.py schemaguard resume' once the server"
    " answers: it tells how to go on."
)
LOST_BETWEEN = "The connection is lost. Run it again: it goes on from what stands."


def ways(stop: Stop) -> tuple[Choice, ...]:
    """Return what `resume` would accept; nothing is changed."""
    checks: dict[Choice, Callable[[], object]] = {
        Choice.FINISH: lambda: _try_finishing(stop, Told.NOTHING),
        Choice.RERUN: lambda: _try_finishing(stop, Told.NOT_DONE),
        Choice.SKIP: lambda: _try_finishing(stop, Told.DONE),
        Choice.UNDO: lambda: _try_undoing(stop),
    }
    if not stop.can_be_told:
        del checks[Choice.RERUN], checks[Choice.SKIP]
    found = [choice for choice, check in checks.items() if _passes(check)]
    if Choice.FINISH in found and Choice.RERUN in found:
        found.remove(Choice.RERUN)  # It would be the same.
    if stop.can_be_marked and _passes(stop.require_made):
        found.append(Choice.MARK_APPLIED)
    return tuple(found)


def hint(stop: Stop) -> str:
    """Return what to do about a run that stopped: only what would be accepted."""
    look = f"Look at 'manage.py schemaguard history {stop.run.pk}'"
    if stop.trail is not None and stop.trail.is_unknown:
        look += f" and in the database whether {stop.trail.subject} was done"
    resume = "'manage.py schemaguard resume --{}'"
    found = [f"{resume.format(way.value)} {_MEANS[way]}" for way in ways(stop)]
    if not found and stop.can_be_marked:
        return (
            f"{look}, bring the tables to what '{stop.migration}' makes, then run"
            f" {resume.format(Choice.MARK_APPLIED.value)}."
        )
    if not found:
        return f"{look}, bring the tables to where they were, and run it again."
    *most, last = found
    listed = f"{', '.join(most)} or {last}" if most else last
    return f"{look}, mend the cause, then run {listed}."


def _try_finishing(stop: Stop, told: Told) -> None:
    half = stop.half(told)
    if stop.backwards and stop.run.command == "rollback":
        stop.refuse_unapplying(half)


def _try_undoing(stop: Stop) -> None:
    half = stop.half()
    if not stop.backwards:
        stop.refuse_unapplying(half)


def _passes(check: Callable[[], object]) -> bool:
    try:
        check()
    except (SchemaguardError, Error):
        return False
    return True
