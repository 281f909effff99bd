"""How far a migration came that runs outside of a transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from django.db.migrations.operations import AddField, CreateModel, RunPython, RunSQL
from django.db.migrations.recorder import MigrationRecorder

from django_schemaguard.deploy.at_once import is_done_at_once
from django_schemaguard.deploy.executor import with_operations
from django_schemaguard.deploy.recording import APPLY, OPERATION, STATEMENT, UNAPPLY
from django_schemaguard.deploy.touched import Touched
from django_schemaguard.exceptions import SchemaguardError
from django_schemaguard.models import Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations import Migration
    from django.db.migrations.operations.base import Operation
    from django.db.migrations.state import ProjectState

    from django_schemaguard.models import Run

_STANDS = (Step.Status.DONE, Step.Status.ADOPTED)


class HalfUnknown(SchemaguardError):
    """What stands of a migration cannot be told for sure."""

    exit_code = 4


class Told(Enum):
    """What the user says of an operation on rows that stopped."""

    NOTHING = "nothing"
    NOT_DONE = "not done"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Half:
    """A migration of which the first operations stand.

    Attributes:
        done: How many of them.
        states: The project before it, then after each of its operations.
        lost: The deferred SQL of those that stand, not run yet.
    """

    migration: Migration
    done: int
    states: tuple[ProjectState, ...]
    lost: tuple[str, ...]

    @property
    def stands(self) -> Migration:
        """The migration with the operations that stand, and no others."""
        return with_operations(self.migration, self.migration.operations[: self.done])

    @property
    def rest(self) -> Migration:
        """The migration with the other ones."""
        operations = self.migration.operations[self.done :]
        return with_operations(self.migration, operations, first=self.done)

    def say(self) -> str:
        """Return how much of it stands, for people."""
        return f"{self.done} of {len(self.migration.operations)} operations are done"


@dataclass(frozen=True, slots=True)
class Trail:
    """What the journal of a run tells of a migration that stopped half-way.

    Attributes:
        steps: All of the run that are about it, in their order.
        backwards: It was being undone.
        recorded: It is recorded as applied; it was so before the run, or once in it.
        stands: How many operations, from the first, stand by the steps.
        at_once: The operation under way is done as a whole or not at all.
    """

    migration: Migration
    steps: tuple[Step, ...]
    backwards: bool
    recorded: bool
    stands: int
    at_once: bool = False

    @property
    def number(self) -> int | None:
        """The operation under way, from 0; None where all were done."""
        number = self.stands - 1 if self.backwards else self.stands
        return number if 0 <= number < len(self.migration.operations) else None

    @property
    def operation(self) -> Operation | None:
        """The same."""
        return None if self.number is None else self.migration.operations[self.number]

    @property
    def begun(self) -> Step | None:
        """The step of that operation, where it had begun."""
        of_it = [
            step
            for step in self.steps
            if step.kind == OPERATION and step.operation == self.number
        ]
        return of_it[-1] if of_it and of_it[-1].status not in _STANDS else None

    @property
    def is_on_rows(self) -> bool:
        """Whether that operation shows nothing in the schema."""
        return isinstance(self.operation, RunPython | RunSQL)

    @property
    def is_refused(self) -> bool:
        """Whether the server refused that operation as a whole, so that it is not done.

        Where the connection was lost, nobody heard an answer.
        """
        refused = self.begun is not None and self.begun.status == Step.Status.FAILED
        return refused and self.at_once

    @property
    def is_unknown(self) -> bool:
        """Whether nobody can tell if that operation was done."""
        if self.begun is None or not self.is_on_rows:
            return False
        if self.is_refused:
            return False
        # Else its end was journalled in its own transaction, or undone with it.
        atomic = getattr(self.operation, "atomic", None)
        return not (atomic or (self.migration.atomic and atomic is not False))

    @property
    def subject(self) -> str:
        """That operation, for people; "" where all were done."""
        if self.operation is None or self.number is None:
            return ""
        told = self.operation.describe()
        return f"operation {self.number + 1} of '{self.migration}' ({told})"

    def say(self) -> str:
        """Return what is wrong with that operation, for people; "" where nothing is."""
        if self.operation is None:
            return ""
        ways = [step for step in self.steps if step.kind in {APPLY, UNAPPLY}]
        failed = ways[-1].status == Step.Status.FAILED
        wrong = "did not succeed" if failed else "is not known to have succeeded"
        return f"O{self.subject[1:]} {wrong}."


def read_trail(
    connection: BaseDatabaseWrapper, run: Run, migration: Migration
) -> Trail:
    """Return what the journal tells of a migration that stopped half-way in a run."""
    node = (migration.app_label, migration.name)
    recorded = node in MigrationRecorder(connection).applied_migrations()
    found = Step.objects.using(connection.alias).filter(
        run=run, app=migration.app_label, migration=migration.name, atomic=False
    )
    steps = tuple(found.order_by("position"))
    ways = [step.kind for step in steps if step.kind in {APPLY, UNAPPLY}]
    standing: set[int] = set()
    if ways[:1] == [UNAPPLY]:
        standing.update(range(len(migration.operations)))
    backwards = False
    for step in steps:
        if step.kind in {APPLY, UNAPPLY}:
            backwards = step.kind == UNAPPLY
        elif step.operation is not None and step.status in _STANDS:
            (standing.discard if backwards else standing.add)(step.operation)
    count = 0
    while count in standing:
        count += 1
    trail = Trail(migration, steps, backwards, recorded, count)
    if trail.operation is None:
        return trail
    at_once = is_done_at_once(connection, trail.operation, backwards=backwards)
    return replace(trail, at_once=at_once)


def read_half(
    connection: BaseDatabaseWrapper,
    trail: Trail,
    state: ProjectState,
    told: Told = Told.NOTHING,
) -> Half:
    """Find out what stands of a migration, from the journal and from the database.

    Args:
        connection: To the database.
        trail: What the journal tells.
        state: The project before the migration.
        told: Of the operation on rows at which it stopped.

    Raises:
        HalfUnknown: The database is as after none of its operations; or an
            operation on rows may or may not have been done.
    """
    migration = trail.migration
    if told is Told.NOTHING and trail.is_unknown:
        raise HalfUnknown(f"Whether {trail.subject} was done, the journal cannot tell.")
    states = _states(migration, state)
    step = -1 if trail.backwards else 1
    point = trail.stands + (step if told is Told.DONE else 0)
    other = point + step
    known = trail.is_on_rows or told is Told.DONE or not 0 <= other < len(states)
    touched = Touched.read(connection, states, migration)
    count = touched.nearest(point, None if known else other)
    if count is None:
        raise HalfUnknown(
            f"Migration '{migration}' left what none of its operations does:"
            f" {touched.wrong(point)[0].message}",
        )
    lost: tuple[str, ...] = ()
    if not trail.recorded:  # Else it was whole once.
        ran = set(_ran(trail.steps))
        deferred = _deferred(connection, migration, states, count)
        lost = tuple(sql for sql in deferred if sql not in ran)
    return Half(migration, count, tuple(states), lost)


def _states(migration: Migration, state: ProjectState) -> list[ProjectState]:
    states = [state]
    for operation in migration.operations:
        after = states[-1].clone()
        operation.state_forwards(migration.app_label, after)
        states.append(after)
    return states


def _ran(steps: Sequence[Step]) -> list[str]:
    return [
        text
        for step in steps
        if step.kind == STATEMENT and step.status == Step.Status.DONE
        for text in step.statements
    ]


def _deferred(
    connection: BaseDatabaseWrapper,
    migration: Migration,
    states: list[ProjectState],
    count: int,
) -> list[str]:
    """Return the SQL that the first operations leave to the end of the migration."""
    editor = connection.schema_editor(collect_sql=True, atomic=False)
    editor.deferred_sql = []
    for number, operation in enumerate(migration.operations[:count]):
        if isinstance(operation, CreateModel | AddField):
            operation.database_forwards(
                migration.app_label,
                editor,
                states[number].clone(),
                states[number + 1].clone(),
            )
    return [str(sql) for sql in editor.deferred_sql]
