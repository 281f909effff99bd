"""How far a migration came that runs outside of a transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.migrations.operations import AddField, CreateModel, RunPython, RunSQL

from django_schemaguard.backends import backend_for
from django_schemaguard.backends.base import Scope
from django_schemaguard.backends.settle import settle
from django_schemaguard.core.compare import compare
from django_schemaguard.core.finding import Severity
from django_schemaguard.exceptions import SchemaguardError
from django_schemaguard.expected import from_state
from django_schemaguard.models import Step

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations import Migration
    from django.db.migrations.state import ProjectState

    from django_schemaguard.core.finding import Finding
    from django_schemaguard.core.schema import Schema
    from django_schemaguard.executor.journal import Journal
    from django_schemaguard.models import Run

# Django makes these at the end of a migration, and forgets them where it fails.
_DEFERRED = frozenset({"missing_index", "missing_constraint"})
_EXTRA = frozenset({"extra_table", "extra_column"})
_LIVE = "SG4"


class HalfUnknown(SchemaguardError):
    """What stands of a migration cannot be told for sure."""

    exit_code = 4


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


def read_half(
    journal: Journal, run: Run, migration: Migration, state: ProjectState
) -> Half:
    """Find out what stands of a migration, from the journal and from the database.

    Args:
        journal: Of the database.
        run: The run that stopped in it.
        migration: The one.
        state: The project before it.

    Raises:
        HalfUnknown: The database is as after none of its operations; or an
            operation on rows may or may not have been done.
    """
    states = [state]
    for operation in migration.operations:
        after = states[-1].clone()
        operation.state_forwards(migration.app_label, after)
        states.append(after)
    steps = journal.steps.filter(
        run=run, app=migration.app_label, migration=migration.name, atomic=False
    )
    done = _leading(steps)
    _refuse_unknown(migration, done, steps)
    view = _View.of(journal.connection, states)
    # Of these the schema shows nothing.
    rows = isinstance(_at(migration, done), RunPython | RunSQL)
    count = view.standing(done, more=not rows)
    if count is None:
        raise HalfUnknown(
            f"Migration '{migration}' left what none of its operations does:"
            f" {view.odd(done)}",
            "Bring the table to what the migration makes, then run"
            " 'manage.py schemaguard resume --mark-applied'.",
        )
    ran = {
        text
        for step in steps
        if step.kind == "statement" and step.status == Step.Status.DONE
        for text in step.statements
    }
    deferred = _deferred(journal.connection, migration, states, count)
    lost = tuple(sql for sql in deferred if sql not in ran)
    return Half(migration, count, tuple(states), lost)


def wrong_after(
    connection: BaseDatabaseWrapper, migration: Migration, state: ProjectState
) -> tuple[Finding, ...]:
    """Return in what the database differs from what a migration leaves.

    Args:
        connection: To the database.
        migration: The one.
        state: The project before it.
    """
    after = migration.mutate_state(state.clone(), preserve=False)
    view = _View.of(connection, [state, after])
    return view.findings(1)


class _View:
    """The tables that a migration touches, as expected at each point, and as found."""

    def __init__(self, expected: list[Schema], found: list[Schema]) -> None:
        self._expected, self._found = expected, found
        names = {table.name for schema in expected for table in schema}
        self._touched = {
            name
            for name in names
            if len({schema.table(name) for schema in expected}) > 1
        }

    @classmethod
    def of(cls, connection: BaseDatabaseWrapper, states: list[ProjectState]) -> _View:
        backend = backend_for(connection)
        traits = backend.traits(connection)
        schemas = [from_state(state.clone(), connection, traits) for state in states]
        names = {table.name for schema in schemas for table in schema}
        spaces = {t.namespace for schema in schemas for t in schema if t.namespace}
        actual = backend.read(connection, Scope(frozenset(spaces), frozenset(names)))
        pairs = [settle(backend, connection, schema, actual) for schema in schemas]
        return cls([pair[0] for pair in pairs], [pair[1] for pair in pairs])

    def findings(self, point: int) -> tuple[Finding, ...]:
        """Return what differs on the touched tables at one point."""
        found = compare(self._expected[point], self._found[point]).findings
        return tuple(
            finding
            for finding in found
            if finding.table.name in self._touched
            and finding.code < _LIVE
            and (finding.severity >= Severity.WARNING or finding.kind in _EXTRA)
        )

    def _wrong(self, point: int) -> list[Finding]:
        return [f for f in self.findings(point) if f.kind not in _DEFERRED]

    def standing(self, done: int, *, more: bool) -> int | None:
        """Return how many operations stand: those journalled, or one more."""
        after = done + 1
        if more and after < len(self._expected) and not self._wrong(after):
            lacking = len(self.findings(after))
            if self._wrong(done) or lacking <= len(self.findings(done)):
                return after
        return None if self._wrong(done) else done

    def odd(self, done: int) -> str:
        """Return the first difference, for people."""
        return self._wrong(done)[0].message


def _at(migration: Migration, number: int) -> object:
    operations = migration.operations
    return operations[number] if number < len(operations) else None


def _leading(steps: object) -> int:
    """Return how many operations, from the first, were done to their end."""
    numbers = {
        step.operation
        for step in steps  # type: ignore[attr-defined]
        if step.kind == "operation" and step.status == Step.Status.DONE
    }
    count = 0
    while count in numbers:
        count += 1
    return count


def _refuse_unknown(migration: Migration, done: int, steps: object) -> None:
    """Refuse where the operation under way works on rows and was not undone."""
    if done >= len(migration.operations):
        return
    operation = migration.operations[done]
    begun = [
        step
        for step in steps  # type: ignore[attr-defined]
        if step.kind == "operation" and step.operation == done
    ]
    if not begun or not isinstance(operation, RunPython | RunSQL):
        return
    if operation.atomic or (migration.atomic and operation.atomic is not False):
        return  # Its end was journalled in its own transaction, or undone with it.
    raise HalfUnknown(
        f"Whether operation {done + 1} of '{migration}' ({operation.describe()}) was"
        " done cannot be told.",
        "Look at the rows. Finish the migration by hand, then run"
        " 'manage.py schemaguard resume --mark-applied'.",
    )


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
