"""What rows and values would be lost if applied migrations were undone now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db.migrations.operations import (
    AddField,
    AlterField,
    CreateModel,
    RunSQL,
    SeparateDatabaseAndState,
)
from django.db.models import NOT_PROVIDED

from django_schemaguard.deploy.dropped_views import BUT_FOR, dropped_views
from django_schemaguard.deploy.guard import Guard
from django_schemaguard.deploy.losses_by_sql import losses_by_sql

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations import Migration
    from django.db.migrations.operations.base import Operation
    from django.db.migrations.state import ProjectState
    from django.db.models import Field, Model

    from django_schemaguard.deploy.executor import Executor


# Django drops tables, and before 6.0 columns, with all that depends on them.
_VIEWS = """
SELECT 1 FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
  AND d.refobjid = to_regclass(%s) AND r.ev_class <> d.refobjid
"""
_OF_COLUMN = """  AND d.refobjsubid = (
    SELECT attnum FROM pg_attribute WHERE attrelid = d.refobjid AND attname = %s)
"""


def guards(
    connection: BaseDatabaseWrapper,
    migration: Migration,
    state: ProjectState,
    gone: tuple[str, ...] = (),
) -> tuple[Guard, ...]:
    """Return the checks before a migration is undone.

    Args:
        connection: Whose quoting is used.
        migration: An applied one.
        state: The project before it; it is changed to the one after it.
        gone: Views that those undone before it drop.
    """
    found: list[Guard] = []
    for operation in _flat(migration.operations):
        operation.state_forwards(migration.app_label, state)
    for operation in _flat(migration.operations):
        app = migration.app_label
        if isinstance(operation, RunSQL):
            found += losses_by_sql(connection, operation, app)
        else:
            found += _guards_of(connection, operation, app, state)
    gone = (*gone, *dropped_views(_flat(migration.operations)))
    target = _before(migration)
    found = [replace(_but_for(gone, guard), target=target) for guard in found]
    return tuple(dict.fromkeys(found))


def _before(migration: Migration) -> str:
    """Return what `migrate` is told to undo it: app, and the migration before it."""
    app = migration.app_label
    names = [name for label, name in migration.dependencies if label == app]
    return f"{app} {names[0] if names else 'zero'}"


def guards_of(
    executor: Executor, names: Collection[str]
) -> dict[str, tuple[Guard, ...]]:
    """Return the checks before applied migrations are undone, by migration."""
    steps = tuple(executor.states_before(names))
    found: dict[str, tuple[Guard, ...]] = {}
    gone: tuple[str, ...] = ()
    for migration, state in reversed(steps):
        found[str(migration)] = guards(executor.connection, migration, state, gone)
        gone = (*gone, *dropped_views(_flat(migration.operations)))
    return {str(migration): found[str(migration)] for migration, _ in steps}


def _flat(operations: Iterable[Operation]) -> Iterator[Operation]:
    for operation in operations:
        if isinstance(operation, SeparateDatabaseAndState):
            yield from _flat(operation.database_operations)
        else:
            yield operation


def _but_for(gone: tuple[str, ...], guard: Guard) -> Guard:
    """Return the check, for which views that are gone by then do not count."""
    if not (gone and guard.loss.startswith(_VIEWS)):
        return guard
    params = (*guard.params, "\n".join(gone))
    return replace(guard, loss=guard.loss + BUT_FOR, params=params)


def _guards_of(
    connection: BaseDatabaseWrapper, operation: Operation, app: str, state: ProjectState
) -> Iterator[Guard]:
    name = getattr(operation, "model_name", getattr(operation, "name", ""))
    if not isinstance(operation, CreateModel | AddField | AlterField):
        return
    if (app, name.lower()) not in state.models:
        return  # A later operation of the same migration takes it away again.
    model: type[Model] = state.apps.get_model(app, name)
    if not operation.allow_migrate_model(connection.alias, model):
        return  # Not managed, a proxy, swapped out, or in another database.
    if isinstance(operation, CreateModel):
        yield from _of_model(connection, model)
        return
    fields = {field.name: field for field in model._meta.get_fields()}  # noqa: SLF001
    field: Any = fields.get(operation.name)
    if field is None:
        return
    if field.many_to_many:
        yield _rows(connection, field.remote_field.through._meta.db_table)  # noqa: SLF001
    elif isinstance(operation, AddField):
        yield from _of_column(connection, model, field)


def _of_model(connection: BaseDatabaseWrapper, model: type[Model]) -> Iterator[Guard]:
    meta: Any = model._meta  # noqa: SLF001
    yield _rows(connection, meta.db_table)
    if connection.vendor == "postgresql":
        name = connection.ops.quote_name(meta.db_table)
        yield Guard(name, _VIEWS, f"views on '{meta.db_table}'", (name,))
    for field in meta.local_many_to_many:
        through = field.remote_field.through._meta  # noqa: SLF001
        if through.auto_created:
            yield _rows(connection, through.db_table)


def _rows(connection: BaseDatabaseWrapper, table: str) -> Guard:
    quoted = connection.ops.quote_name(table)
    loss = f"SELECT 1 FROM {quoted} LIMIT 1"  # noqa: S608  Quoted.
    return Guard(quoted, loss, f"rows of table '{table}'")


def _of_column(
    connection: BaseDatabaseWrapper, model: type[Model], field: Field[Any, Any]
) -> Iterator[Guard]:
    """Yield the check that a new column holds only what the migration put there."""
    column = field.column
    if column is None or getattr(field, "generated", False):
        return
    quote = connection.ops.quote_name
    table = model._meta.db_table  # noqa: SLF001
    says = f"values of column '{table}.{column}'"
    source, name = quote(table), quote(column)
    if connection.vendor == "postgresql":
        views = f"views on column '{table}.{column}'"
        yield Guard(source, _VIEWS + _OF_COLUMN, views, (source, column))
    given = field.default is not NOT_PROVIDED or _has_database_default(field)
    if not given and field.null:
        loss = f"SELECT 1 FROM {source} WHERE {name} IS NOT NULL LIMIT 1"  # noqa: S608
        yield Guard(source, loss, says)
        return
    if field.default is not NOT_PROVIDED and not callable(field.default):
        value = field.get_db_prep_save(field.get_default(), connection)
        if isinstance(value, str | int | bool):
            other = f"{name} <> %s OR {name} IS NULL"
            loss = f"SELECT 1 FROM {source} WHERE {other} LIMIT 1"  # noqa: S608
            yield Guard(source, loss, says, (value,))
            return
    word = {"mysql": f"CAST({name} AS CHAR)"}.get(
        connection.vendor, f"CAST({name} AS text)"
    )
    counted = f"SELECT COUNT(DISTINCT {word}) AS n FROM {source}"  # noqa: S608
    loss = f"SELECT 1 FROM ({counted}) AS counted WHERE n > 1"  # noqa: S608
    yield Guard(source, loss, says)


def _has_database_default(field: Field[Any, Any]) -> bool:
    return getattr(field, "db_default", NOT_PROVIDED) is not NOT_PROVIDED
