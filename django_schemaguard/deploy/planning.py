"""What a run would do: its migrations, their SQL, and whether it could be put back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django_schemaguard.deploy.reversal import Obstacle, obstacles
from django_schemaguard.deploy.stages import only
from django_schemaguard.deploy.statements import PlannedMigration, planned
from django_schemaguard.deploy.status import Status, read_status
from django_schemaguard.deploy.targets import Target, targets
from django_schemaguard.executor.tables import to_be_recorded
from django_schemaguard.history import known_history, read_history

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations import Migration
    from django.db.migrations.state import ProjectState

    from django_schemaguard.core.report import DatabaseReport
    from django_schemaguard.deploy.executor import Executor
    from django_schemaguard.deploy.request import Request


@dataclass(frozen=True, slots=True)
class MigratePlan:
    """What a run would do on one database.

    Attributes:
        obstacles: From where on the run could not be put back; empty where all of
            it could.
        journal: Migrations that make the journal's own tables; a run makes these
            first, and they are not of its plan.
    """

    alias: str
    vendor: str
    status: Status
    migrations: tuple[PlannedMigration, ...]
    obstacles: tuple[Obstacle, ...]
    journal: tuple[str, ...] = ()

    @property
    def backwards(self) -> bool:
        """Whether the run unapplies migrations."""
        return any(migration.backwards for migration in self.migrations)

    @property
    def revertible(self) -> bool:
        """Whether a failed run would be put back, wherever it fails."""
        return self.no_return is None

    @property
    def no_return(self) -> Obstacle | None:
        """The first migration that a later failure would not undo; None for none.

        The last one is undone by the server where it fails.
        """
        last = self.migrations[-1] if self.migrations else None
        for obstacle in self.obstacles:
            if last is None or obstacle.migration != last.name or not last.atomic:
                return obstacle
        return None

    @property
    def hash(self) -> str:
        """One word for which migrations run, in which order and direction."""
        words = ";".join(f"{m.name}:{m.backwards:d}" for m in self.migrations)
        return "sha256:" + hashlib.sha256(words.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan with what Django needs to run it.

    Attributes:
        steps: Django's plan: (migration, backwards).
        state: The project at the applied migrations; clone it.
    """

    plan: MigratePlan
    targets: list[Target]
    steps: list[tuple[Migration, bool]]
    state: ProjectState


def prepare(
    executor: Executor,
    request: Request,
    report: DatabaseReport | None = None,
    *,
    sql: bool = False,
) -> Prepared:
    """Work out what a run would do.

    Args:
        executor: With a fresh loader.
        request: What is asked for.
        report: Of a validation just made, for the status.
        sql: Collect what Django would run.

    Raises:
        HistoryUnusable: Conflicting or out-of-order migrations.
        UnknownName: There is no such app or migration.
        StageUnclear: A migration fits no stage.
    """
    connection = executor.connection
    status = read_status(known_history(executor.loader), report)
    status.require_usable()
    wanted = targets(
        executor.loader, request.app, request.migration, syncdb=request.run_syncdb
    )
    steps = only(executor.migration_plan(wanted), request.stage)
    journal = to_be_recorded(connection)
    steps = [step for step in steps if str(step[0]) not in journal]
    if request.names is not None:
        steps = [step for step in steps if str(step[0]) in request.names]
    state = executor.state(applied=True)
    forwards = [migration for migration, backwards in steps if not backwards]
    blocked = obstacles(forwards, state.clone(), executor.loader)
    if len(forwards) < len(steps):
        reason = "is unapplied, which may lose rows"
        blocked = tuple(Obstacle(str(migration), reason) for migration, _ in steps)
    pending = tuple(name for name in status.pending if name not in journal)
    plan = MigratePlan(
        connection.alias,
        connection.vendor,
        replace(status, pending=pending),
        planned(executor, steps, sql=sql),
        blocked,
        journal,
    )
    return Prepared(plan, wanted, steps, state)


def with_journal(executor: Executor, prepared: Prepared) -> Prepared:
    """Return a plan that was made before the journal, as it is after that was made."""
    state = prepared.state
    for migration in executor.loader.graph.nodes.values():
        if str(migration) in prepared.plan.journal:
            state = migration.mutate_state(state, preserve=False)
    return replace(prepared, plan=replace(prepared.plan, journal=()), state=state)


def unplanned(connection: BaseDatabaseWrapper, report: DatabaseReport) -> MigratePlan:
    """Return how the migrations stand where nothing can be planned for them."""
    status = read_status(read_history(connection), report)
    return MigratePlan(connection.alias, connection.vendor, status, (), ())
