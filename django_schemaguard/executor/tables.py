"""The journal's own tables, in a database where nobody migrated them."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from django.db import router, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from django_schemaguard.core.history import APP
from django_schemaguard.exceptions import NotInTime
from django_schemaguard.models import Run, SchemaVersion, Step

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import Model

    from django_schemaguard.executor.locks.base import Lock

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
            _mend_references(connection, absent)
        if len(absent) == len(MODELS) and router.allow_migrate_model(
            connection.alias, Run
        ):
            _record(connection)
    return True


def read_all(connection: BaseDatabaseWrapper) -> None:
    """Read an entry of each table, whole.

    Raises:
        DatabaseError: One of them lacks a column, or may not be read.
    """
    for model in MODELS:
        model._default_manager.using(connection.alias).order_by("pk").first()  # noqa: SLF001


def have_tables(connection: BaseDatabaseWrapper) -> bool:
    """Return whether all of them are there."""
    return not _absent(connection)


def have_none(connection: BaseDatabaseWrapper) -> bool:
    """Return whether none of them is there: no run was ever written down."""
    return len(_absent(connection)) == len(MODELS)


def to_be_recorded(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    """Return the migrations that `make_tables` would record, as "app.name"."""
    if not have_none(connection):
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


def _mend_references(
    connection: BaseDatabaseWrapper, absent: list[type[Model]]
) -> None:
    """Let what refers to runs that were lost refer to entries that say so.

    New runs are numbered above these, and the foreign keys that went with the table
    are made anew.
    """
    left = [model for model in (Step, SchemaVersion) if model not in absent]
    alias = connection.alias
    told: set[int] = set()
    for model in left:
        entries = model._default_manager.using(alias).order_by()  # noqa: SLF001
        numbers = entries.values_list("run_id", flat=True).distinct()
        told.update(filter(None, numbers))
    lost = (_lost(connection, number) for number in sorted(told))
    Run.objects.using(alias).bulk_create(lost, batch_size=500)
    if told:
        _number_on(connection, max(told))
    for model in left:
        _refer_to_runs(connection, model)


def _lost(connection: BaseDatabaseWrapper, number: int) -> Run:
    return Run(
        pk=number,
        command="lost",
        status=Run.Status.INTERRUPTED,
        alias=connection.alias,
        vendor=connection.vendor,
        finished=timezone.now(),
        error={"message": "The entry of this run was lost."},
    )


def _number_on(connection: BaseDatabaseWrapper, last: int) -> None:
    table = Run._meta.db_table  # noqa: SLF001
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sql = "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)"
            cursor.execute(sql, [table, last])
        # The others go on from the highest.


def _refer_to_runs(connection: BaseDatabaseWrapper, model: type[Model]) -> None:
    """Make the foreign key to runs, unless it is there still."""
    table, field = model._meta.db_table, model._meta.get_field("run")  # noqa: SLF001
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table).values()
    if any(it["foreign_key"] and it["columns"] == ["run_id"] for it in found):
        return
    editor: Any = connection.schema_editor(collect_sql=True)
    ending = "_fk_%(to_table)s_%(to_column)s"
    with connection.cursor() as cursor:
        cursor.execute(str(editor._create_fk_sql(model, field, ending)))  # noqa: SLF001


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
