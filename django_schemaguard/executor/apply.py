"""Apply the steps of a plan, and put back the one that fails."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from django_schemaguard.exceptions import (
    LockLost,
    NotInTime,
    NotPermitted,
    SchemaguardError,
)
from django_schemaguard.executor.backfill import BackfillUnfinished
from django_schemaguard.executor.deadline import Deadline
from django_schemaguard.executor.stages import run_stage
from django_schemaguard.executor.troubles import StageFailed
from django_schemaguard.executor.undo import Blocked, undoings
from django_schemaguard.models import Run, Step

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django_schemaguard.core.plan import Plan, PlannedStep
    from django_schemaguard.executor.place import Place


PUT_BACK = 10.0  # Seconds to undo a step that failed, at least.


class RepairFailed(SchemaguardError):
    """A step did not work, and the database is as it was."""

    exit_code = 3


class RepairIncomplete(SchemaguardError):
    """A step did not work; steps before it stand, or part of it does."""

    exit_code = 4


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a plan.

    Attributes:
        entries: The journal's entries that are DONE or ADOPTED, in their order.
        undone: Those of the step that failed, which were put back, as far as they are
            ROLLED_BACK.
        failure: Why it ended early; None where all was applied.
        failed: The step that did not work.
        status: Of the run.
    """

    entries: tuple[Step, ...]
    undone: tuple[Step, ...] = ()
    failure: SchemaguardError | None = None
    failed: PlannedStep | None = None
    status: Run.Status = Run.Status.DONE


def plan_hash(plan: Plan) -> str:
    """Return "sha256:…" over the statements of a plan."""
    digest = sha256()
    for step in plan.steps:
        for stage in step.stages:
            digest.update("\0".join(stage.statements).encode() + b"\1")
    return "sha256:" + digest.hexdigest()


def apply(place: Place, run: Run, steps: Iterable[PlannedStep]) -> Applied:
    """Run the steps in their order, up to the first that fails.

    Each is entered in the journal. The one that fails is put back; those before it
    are whole, and stand.

    Args:
        place: A database, under the lock of a run.
        run: Entered already.
        steps: Of a plan that was made under this very lock.
    """
    steps = tuple(steps)
    entries: list[Step] = []
    for number, step in enumerate(steps):
        place.progress(f"{number + 1}/{len(steps)}: {step.why}")
        done: list[Step] = []
        try:
            for stage in step.stages:
                done.append(run_stage(place, run, step, stage))  # noqa: PERF401
        except (LockLost, NotInTime, NotPermitted, StageFailed) as error:
            applied = Applied(tuple(entries), tuple(done), failed=step)
            return _ended(place, run, applied, (error, number))
        entries += done
    return Applied(tuple(entries))


def _ended(
    place: Place, run: Run, applied: Applied, failed: tuple[Exception, int]
) -> Applied:
    """Put the failed step back, and say what stands.

    Args:
        place: Where.
        run: That failed.
        applied: What was done before, and of the failed step.
        failed: Why, and how many steps before it are whole.
    """
    error, whole = failed
    why = str(error)
    if isinstance(error, BackfillUnfinished):
        entries = (*applied.entries, *applied.undone)
        applied = replace(applied, entries=entries, undone=())
    elif isinstance(error, LockLost):
        if not place.connection.is_usable():
            place.connection.close()  # A new one lets the journal tell how it ended.
    else:
        left = _put_back(place, list(applied.undone))
        if left is None and not whole:
            return _unchanged(applied, error)
        why = why if left is None else f"{why} It could not be put back: {left}"
    stand = ""
    if whole:
        stand = "The repair before it stands. "
        if whole > 1:
            stand = f"The {whole} repairs before it stand. "
    failure = RepairIncomplete(
        f"{_why(applied)}{why}",
        f"{stand}Run '{run.command}' again to go on, or"
        f" 'manage.py schemaguard rollback {run.pk}' to undo what was done.",
    )
    return replace(applied, failure=failure, status=Run.Status.NEEDS_RESUME)


def _unchanged(applied: Applied, error: Exception) -> Applied:
    """Return how a run ended that changed nothing in the end."""
    failure = error
    if not isinstance(failure, SchemaguardError):
        hint = "Everything is as it was; mend the cause first."
        failure = RepairFailed(f"{_why(applied)}{error}", hint)
    return replace(applied, failure=failure, status=Run.Status.FAILED_CLEAN)


def _why(applied: Applied) -> str:
    return f"{applied.failed.why} " if applied.failed else ""


def _put_back(place: Place, done: list[Step]) -> str | None:
    """Undo the stages of a step that failed; return why that did not work."""
    # The deadline may be over, which is why it failed.
    place = replace(place, deadline=Deadline(max(PUT_BACK, place.deadline.left)))
    try:
        for undoing in undoings(place, done):
            undoing.perform()
    except (Blocked, SchemaguardError) as error:
        return str(error)
    return None
