"""The journal's own tables, in a database where nobody migrated them."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from django.db import router, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max

from django_schemaguard.exceptions import NotInTime
from django_schemaguard.models import Run, SchemaVersion, Step

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import Model

    from django_schemaguard.executor.locks.base import Lock

APP = "schemaguard"
MODELS: tuple[type[Model], ...] = (Run, Step, SchemaVersion)
# Those that make the tables of these models, and no others.
MIGRATIONS = ("0001_initial",)


def make_tables(connection: BaseDatabaseWrapper, lock: Lock) -> bool:
    """Make those that are absent; return whether any was.

    Also where a router keeps the models out of the database: what is done to it is
    written down in it. The app's migrations are recorded only where they, too,
    would have made the tables.
    """
    if not _absent(connection):
        return False
    with _as_one(connection):
        if not lock.enter():
            raise NotInTime("Another run makes the tables of the journal.")
        absent = _absent(connection)  # As this transaction sees it.
        _create(connection, absent)
        if Run in absent and len(absent) < len(MODELS):
            _number_on(connection, absent)
        if len(absent) == len(MODELS) and router.allow_migrate_model(
            connection.alias, Run
        ):
            _record(connection)
    return True


def have_tables(connection: BaseDatabaseWrapper) -> bool:
    """Return whether all of them are there."""
    return not _absent(connection)


def to_be_recorded(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    """Return the migrations that `make_tables` would record, as "app.name"."""
    if len(_absent(connection)) < len(MODELS):
        return ()
    if not router.allow_migrate_model(connection.alias, Run):
        return ()
    recorded = MigrationRecorder(connection).applied_migrations()
    return tuple(f"{APP}.{name}" for name in MIGRATIONS if (APP, name) not in recorded)


def _as_one(connection: BaseDatabaseWrapper) -> AbstractContextManager[None]:
    if not connection.features.can_rollback_ddl:
        return nullcontext()
    return transaction.atomic(using=connection.alias, durable=True)


def _create(connection: BaseDatabaseWrapper, models: list[type[Model]]) -> None:
    with connection.cursor() as cursor:
        for statement in _statements(connection, models):
            cursor.execute(statement)


def _statements(
    connection: BaseDatabaseWrapper, models: list[type[Model]]
) -> list[str]:
    """Return what makes the tables, as Django would.

    The editor is not entered: on SQLite it would check each row of each table.
    """
    editor = connection.schema_editor(collect_sql=True)
    editor.deferred_sql = []
    for model in models:
        editor.create_model(model)
    return [*editor.collected_sql, *map(str, editor.deferred_sql)]


def _number_on(connection: BaseDatabaseWrapper, absent: list[type[Model]]) -> None:
    """Number runs above those that lost rows tell of, which else would be theirs."""
    left = [model for model in (Step, SchemaVersion) if model not in absent]
    told = [
        model.objects.using(connection.alias).aggregate(last=Max("run_id"))["last"]
        for model in left
    ]
    last = max((number for number in told if number is not None), default=0)
    table = Run._meta.db_table  # noqa: SLF001
    if not last:
        return
    sql, params = {
        "postgresql": (
            "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)",
            [table, last],
        ),
        "mysql": (f"ALTER TABLE {table} AUTO_INCREMENT = %s", [last + 1]),
        "sqlite": (
            "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)",
            [table, last],
        ),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def _absent(connection: BaseDatabaseWrapper) -> list[type[Model]]:
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
    return [model for model in MODELS if model._meta.db_table not in there]  # noqa: SLF001


def _record(connection: BaseDatabaseWrapper) -> None:
    recorder = MigrationRecorder(connection)
    if not recorder.has_table():
        _create(connection, [recorder.Migration])
    recorded = recorder.applied_migrations()
    for name in MIGRATIONS:
        if (APP, name) not in recorded:
            recorder.record_applied(APP, name)
