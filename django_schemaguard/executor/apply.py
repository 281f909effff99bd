"""Apply the steps of a plan, and put back the one that fails."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from django_schemaguard.exceptions import (
    LockLost,
    NotInTime,
    NotPermitted,
    SchemaguardError,
)
from django_schemaguard.executor.stages import StageFailed, run_stage
from django_schemaguard.executor.undo import Blocked, undoings
from django_schemaguard.models import Run, Step

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django_schemaguard.core.plan import Plan, PlannedStep
    from django_schemaguard.executor.place import Place


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
        failure: Why it ended early; None where all was applied.
        failed: The step that did not work.
        status: Of the run.
    """

    entries: tuple[Step, ...]
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
    for number, step in enumerate(steps, start=1):
        place.progress(f"{number}/{len(steps)}: {step.why}")
        done: list[Step] = []
        try:
            for stage in step.stages:
                done.append(run_stage(place, run, step, stage))  # noqa: PERF401
        except (LockLost, NotInTime, NotPermitted, StageFailed) as error:
            return _ended(place, step, error, entries, done)
        entries += done
    return Applied(tuple(entries))


def _ended(
    place: Place,
    step: PlannedStep,
    error: Exception,
    before: list[Step],
    done: list[Step],
) -> Applied:
    why = str(error)
    if not isinstance(error, LockLost):
        left = _put_back(place, done)
        if left is None and not before:
            return _unchanged(step, error)
        why = why if left is None else f"{why} It could not be put back: {left}"
    kept = f"{len(before)} statements before it stand. " if before else ""
    failure = RepairIncomplete(
        f"{step.why} {why}",
        f"{kept}Run auto_fix again to go on, or 'rollback' to undo what was done.",
    )
    return Applied(tuple(before), failure, step, Run.Status.NEEDS_RESUME)


def _unchanged(step: PlannedStep, error: Exception) -> Applied:
    """Return how a run ended that changed nothing in the end."""
    if isinstance(error, SchemaguardError):
        failure: SchemaguardError = error
    else:
        failure = RepairFailed(
            f"{step.why} {error}", "Everything is as it was; mend the cause first."
        )
    return Applied((), failure, step, Run.Status.FAILED_CLEAN)


def _put_back(place: Place, done: list[Step]) -> str | None:
    """Undo the stages of a step that failed; return why that did not work."""
    try:
        for undoing in undoings(place, done):
            undoing.perform()
    except (Blocked, SchemaguardError) as error:
        return str(error)
    return None
