"""What rows and values would be lost if applied migrations were undone now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db.migrations.operations import (
    AddField,
    AlterField,
    CreateModel,
    RenameField,
    RenameModel,
    RunSQL,
    SeparateDatabaseAndState,
)

from django_schemaguard.deploy.dropped_views import dropped_views
from django_schemaguard.deploy.held import but_for, of_column, of_model, rows_of
from django_schemaguard.deploy.losses_by_sql import losses_by_sql

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations import Migration
    from django.db.migrations.operations.base import Operation
    from django.db.migrations.state import ProjectState
    from django.db.models import Model

    from django_schemaguard.deploy.executor import Executor
    from django_schemaguard.deploy.guard import Guard
    from django_schemaguard.deploy.halves import Half


def guards(
    connection: BaseDatabaseWrapper,
    migration: Migration,
    state: ProjectState,
    gone: tuple[str, ...] = (),
) -> tuple[Guard, ...]:
    """Return the checks before a migration is undone, when it is the last.

    Args:
        connection: Whose quoting is used.
        migration: An applied one.
        state: The project before it; it is changed to the one after it.
        gone: Views that those undone before it drop.
    """
    for operation in flat(migration.operations):
        operation.state_forwards(migration.app_label, state)
    return _guards(connection, migration, state, gone)


def guards_of(
    executor: Executor, names: Collection[str]
) -> dict[str, tuple[Guard, ...]]:
    """Return the checks before each of the migrations is undone, when it is the last.

    Args:
        executor: With a fresh loader.
        names: Applied migrations, as "app.name".
    """
    steps = tuple(executor.states_before(names))
    found: dict[str, tuple[Guard, ...]] = {}
    gone: tuple[str, ...] = ()
    for migration, state in reversed(steps):
        found[str(migration)] = guards(executor.connection, migration, state, gone)
        gone = (*gone, *dropped_views(flat(migration.operations)))
    return {str(migration): found[str(migration)] for migration, _ in steps}


def guards_now(
    executor: Executor, names: Collection[str], half: Half | None = None
) -> tuple[Guard, ...]:
    """Return the checks before any of the migrations is undone.

    Tables and columns are looked for under the names that later ones gave them.

    Args:
        executor: With a fresh loader.
        names: Applied migrations, as "app.name".
        half: One that stands by half, and is undone first.
    """
    steps = [migration for migration, _ in executor.states_before(names)]
    if half is None:
        state = executor.state(applied=True)
    else:
        state = executor.state_before(half.migration)
        steps = [*(each for each in steps if each is not half.migration), half.stands]
        for operation in flat(half.stands.operations):
            operation.state_forwards(half.stands.app_label, state)
    found: list[Guard] = []
    later: list[tuple[str, Operation]] = []
    gone: tuple[str, ...] = ()
    for migration in reversed(steps):
        found += _guards(executor.connection, migration, state, gone, later)
        operations = tuple(flat(migration.operations))
        later = [*((migration.app_label, each) for each in operations), *later]
        gone = (*gone, *dropped_views(operations))
    return tuple(dict.fromkeys(found))


def _guards(
    connection: BaseDatabaseWrapper,
    migration: Migration,
    state: ProjectState,
    gone: tuple[str, ...],
    later: Sequence[tuple[str, Operation]] = (),
) -> tuple[Guard, ...]:
    found: list[Guard] = []
    app, operations = migration.app_label, tuple(flat(migration.operations))
    for position, operation in enumerate(operations, 1):
        if isinstance(operation, RunSQL):
            found += losses_by_sql(connection, operation, app)
            continue
        follow = [*((app, each) for each in operations[position:]), *later]
        found += _guards_of(connection, operation, app, state, follow)
    gone = (*gone, *dropped_views(operations))
    target = _before(migration)
    found = [replace(but_for(gone, guard), target=target) for guard in found]
    return tuple(dict.fromkeys(found))


def _before(migration: Migration) -> str:
    """Return what `migrate` is told to undo it: app, and the migration before it."""
    app = migration.app_label
    names = [name for label, name in migration.dependencies if label == app]
    return f"{app} {names[0] if names else 'zero'}"


def flat(operations: Iterable[Operation]) -> Iterator[Operation]:
    """Yield the operations that change a database."""
    for operation in operations:
        if isinstance(operation, SeparateDatabaseAndState):
            yield from flat(operation.database_operations)
        else:
            yield operation


def _guards_of(
    connection: BaseDatabaseWrapper,
    operation: Operation,
    app: str,
    state: ProjectState,
    later: Iterable[tuple[str, Operation]],
) -> Iterator[Guard]:
    if isinstance(operation, CreateModel):
        name, known_as = _renamed(app, operation.name, "", later)
    elif isinstance(operation, AddField | AlterField):
        name, known_as = _renamed(app, operation.model_name, operation.name, later)
    else:
        return
    if (app, name) not in state.models:
        return  # A later operation takes it away again.
    model: type[Model] = state.apps.get_model(app, name)
    if not operation.allow_migrate_model(connection.alias, model):
        return  # Not managed, a proxy, swapped out, or in another database.
    if isinstance(operation, CreateModel):
        yield from of_model(connection, model)
        return
    added = isinstance(operation, AddField)
    yield from _of_field(connection, model, known_as, added=added)


def _of_field(
    connection: BaseDatabaseWrapper, model: type[Model], name: str, *, added: bool
) -> Iterator[Guard]:
    fields = {field.name: field for field in model._meta.get_fields()}  # noqa: SLF001
    field: Any = fields.get(name)
    if field is None:
        return
    if field.many_to_many:
        yield rows_of(connection, field.remote_field.through._meta.db_table)  # noqa: SLF001
    elif added:
        yield from of_column(connection, model, field)


def _renamed(
    app: str, model: str, field: str, later: Iterable[tuple[str, Operation]]
) -> tuple[str, str]:
    """Return a model, in lower case, and a field under the names they get later."""
    model = model.lower()
    for label, operation in later:
        if label != app:
            continue
        if isinstance(operation, RenameModel):
            if operation.old_name_lower == model:
                model = operation.new_name_lower
        elif isinstance(operation, RenameField) and (
            (operation.model_name_lower, operation.old_name_lower)
            == (model, field.lower())
        ):
            field = operation.new_name
    return model, field
