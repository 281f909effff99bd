"""Where a run stopped that never ended, and which ways out of it would be accepted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from django.db.migrations.recorder import MigrationRecorder

from django_schemaguard.deploy.executor import Executor
from django_schemaguard.deploy.halves import Half, Told, Trail, read_half, read_trail
from django_schemaguard.deploy.losses import guards, guards_of, refuse_loss
from django_schemaguard.deploy.no_return import refuse_final
from django_schemaguard.deploy.recording import APPLY, UNAPPLY
from django_schemaguard.deploy.touched import wrong_after
from django_schemaguard.exceptions import SchemaguardError
from django_schemaguard.models import Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations import Migration

    from django_schemaguard.core.finding import Finding
    from django_schemaguard.deploy.losses import Guard
    from django_schemaguard.models import Run


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


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a run stopped.

    Attributes:
        backwards: The run unapplies migrations.
        trail: Of the migration that may stand by half; None where none does.
        failed: The migration that failed and left nothing; None where none did.
    """

    executor: Executor
    run: Run
    backwards: bool
    trail: Trail | None
    failed: Migration | None

    @property
    def connection(self) -> BaseDatabaseWrapper:
        """To the database of the run."""
        return self.executor.connection

    @property
    def migration(self) -> Migration | None:
        """The migration at which the run stopped."""
        return self.trail.migration if self.trail else self.failed

    @property
    def standing(self) -> list[str]:
        """The migrations of the run that are recorded and to be undone to go back.

        Of a run that goes backwards: that are left to be unapplied.
        """
        before = set() if self.backwards else set(self.run.applied_before)
        now = {f"{app}.{name}" for app, name in self.executor.loader.applied_migrations}
        return [name for name in self.run.plan if name in now - before]

    def half(self, told: Told = Told.NOTHING) -> Half | None:
        """Return how far the migration came; None where none stands by half.

        Raises:
            HalfUnknown: That cannot be told.
        """
        if self.trail is None:
            return None
        state = self.executor.state_before(self.trail.migration)
        return read_half(self.connection, self.trail, state, told)

    def guards(self, half: Half | None) -> dict[str, tuple[Guard, ...]]:
        """Return the checks before what stands is unapplied."""
        found = guards_of(self.executor, self.standing)
        if half is not None:
            state = half.states[0].clone()
            found[str(half.migration)] = guards(self.connection, half.stands, state)
        return found

    def refuse_unapplying(self, half: Half | None) -> None:
        """Refuse where what stands cannot be unapplied, or not without a loss.

        Raises:
            NoWayBack: No reverse brings back what was removed.
            WouldLose: Rows were written since.
        """
        names = {*self.standing, *([str(half.migration)] if half else ())}
        refuse_final(self.executor, names, half)
        for checks in self.guards(half).values():
            refuse_loss(self.connection, checks)

    def wrong(self) -> tuple[Finding, ...]:
        """Return in what the database is not as the migration makes it."""
        if self.migration is None:
            return ()
        state = self.executor.state_before(self.migration)
        return wrong_after(self.connection, self.migration, state)

    @property
    def can_be_told(self) -> bool:
        """Whether it stopped at an operation of which the user may know more."""
        return bool(self.trail and self.trail.is_on_rows)

    @property
    def can_be_marked(self) -> bool:
        """Whether there is a migration that could be taken for applied."""
        return self.migration is not None and not self.backwards


def read_stop(connection: BaseDatabaseWrapper, run: Run) -> Stop:
    """Return where a run stopped, by the journal and the record of migrations."""
    executor = Executor(connection)
    nodes = executor.loader.graph.nodes
    trail = failed = None
    halves = [step for step in halves_of(connection, run) if _node(step) in nodes]
    if halves:
        trail = read_trail(connection, run, nodes[_node(halves[0])])
    backwards = bool(set(run.plan) & set(run.applied_before))
    app, _, name = str(run.error.get("migration", "")).partition(".")
    if not (trail or backwards) and (app, name) in nodes:
        failed = nodes[app, name]
    return Stop(executor, run, backwards, trail, failed)


def halves_of(connection: BaseDatabaseWrapper, run: Run) -> tuple[Step, ...]:
    """Return the migrations of a run that began outside of a transaction only.

    One whose record is as it leaves it was cut short after that, so it is done.
    """
    recorded = MigrationRecorder(connection).applied_migrations()
    steps = Step.objects.using(connection.alias).filter(
        run=run, kind__in=(APPLY, UNAPPLY)
    )
    last = {_node(step): step for step in steps.order_by("position")}
    return tuple(
        step
        for node, step in last.items()
        if step.status in {Step.Status.INTENT, Step.Status.FAILED}
        and (node in recorded) is (step.kind == UNAPPLY)
    )


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
    if stop.can_be_marked and not stop.wrong():
        found.append(Choice.MARK_APPLIED)
    return tuple(found)


def hint(stop: Stop) -> str:
    """Return what to do about a run that stopped: only what would be accepted."""
    look = f"Look at 'manage.py schemaguard history {stop.run.pk}'"
    found = [f"--{way.value} {_MEANS[way]}" for way in ways(stop)]
    if not found and stop.can_be_marked:
        return (
            f"{look}, bring the tables to what '{stop.migration}' makes, then run"
            " 'manage.py schemaguard resume --mark-applied'."
        )
    if not found:
        return f"{look}, bring the tables to where they were, and run it again."
    *most, last = found
    listed = f"{', '.join(most)} or {last}" if most else last
    return f"{look}, mend the cause, then run 'manage.py schemaguard resume' {listed}."


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
    except SchemaguardError:
        return False
    return True


def _node(step: Step) -> tuple[str, str]:
    return step.app, step.migration
