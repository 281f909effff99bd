"""Where a run stopped that never ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.migrations.recorder import MigrationRecorder

from django_schemaguard.deploy.executor import Executor
from django_schemaguard.deploy.guard import refuse_loss
from django_schemaguard.deploy.halves import (
    Half,
    HalfUnknown,
    Told,
    Trail,
    read_half,
    read_trail,
)
from django_schemaguard.deploy.losses import guards, guards_now, guards_of
from django_schemaguard.deploy.no_return import refuse_final
from django_schemaguard.deploy.recording import APPLY, UNAPPLY
from django_schemaguard.deploy.touched import wrong_after
from django_schemaguard.exceptions import SchemaguardError
from django_schemaguard.models import Step

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations import Migration

    from django_schemaguard.deploy.guard import Guard
    from django_schemaguard.models import Run


class NotAsMade(SchemaguardError):
    """The database is not as the migration makes it."""


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
        refuse_loss(self.connection, guards_now(self.executor, names, half))

    def require_made(self) -> Migration:
        """Return the migration, where all that it makes is there.

        Raises:
            NotAsMade: It is not; or there is no migration to take for applied.
        """
        if self.migration is None or self.backwards:
            raise NotAsMade("No migration of the run stopped that could be recorded.")
        state = self.executor.state_before(self.migration)
        wrong = wrong_after(self.connection, self.migration, state)
        if wrong:
            raise NotAsMade(
                f"'{self.migration}' cannot be taken for applied:"
                f" {wrong[0].message.removesuffix('.')}."
            )
        return self.migration

    @property
    def can_be_told(self) -> bool:
        """Whether it stopped at an operation of which the user may know more."""
        return bool(self.trail and self.trail.is_on_rows)

    @property
    def can_be_marked(self) -> bool:
        """Whether there is a migration that could be taken for applied."""
        return self.migration is not None and not self.backwards


def read_stop(connection: BaseDatabaseWrapper, run: Run) -> Stop:
    """Return where a run stopped, by the journal and the record of migrations.

    Raises:
        HalfUnknown: A migration that stands by half is not on disk.
    """
    executor = Executor(connection)
    nodes = executor.loader.graph.nodes
    trail = failed = None
    for step in halves_of(connection, run)[-1:]:
        if _node(step) not in nodes:
            raise HalfUnknown(
                f"Migration '{step.app}.{step.migration}', of which a part may stand,"
                " is not on disk.",
                "Bring its file back.",
            )
        trail = read_trail(connection, run, nodes[_node(step)])
    backwards = bool(set(run.plan) & set(run.applied_before))
    app, _, name = str(run.error.get("migration", "")).partition(".")
    if not (trail or backwards) and (app, name) in nodes:
        failed = nodes[app, name]
    return Stop(executor, run, backwards, trail, failed)


def halves_of(connection: BaseDatabaseWrapper, run: Run) -> tuple[Step, ...]:
    """Return the last step of each migration that began, in no transaction, only.

    The last one is of the migration at which the run stopped; those before it failed
    before they did anything. One whose record was changed was cut short after that,
    so it is done.
    """
    now = MigrationRecorder(connection).applied_migrations()
    steps = Step.objects.using(connection.alias).filter(
        run=run,
        kind__in=(APPLY, UNAPPLY),
        status__in=(Step.Status.INTENT, Step.Status.FAILED, Step.Status.DONE),
    )
    recorded = dict.fromkeys(run.applied_before, True)
    begun: dict[str, Step] = {}
    for step in steps.order_by("position"):
        name = f"{step.app}.{step.migration}"
        begun.pop(name, None)
        begun[name] = step
        if step.status == Step.Status.DONE:
            recorded[name] = step.kind == APPLY
            del begun[name]
    return tuple(
        step
        for name, step in begun.items()
        if recorded.get(name, False) is (_node(step) in now)
    )


def _node(step: Step) -> tuple[str, str]:
    return step.app, step.migration
