"""A migration that fails since what it makes is there: its record was lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.migrations.operations import RunPython, RunSQL

from django_schemaguard.backends.error_codes import error_code
from django_schemaguard.deploy.executor import Executor
from django_schemaguard.deploy.touched import Touched, wrong_after
from django_schemaguard.exceptions import SchemaguardError

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations import Migration

    from django_schemaguard.deploy.planning import Prepared

_POSTGRESQL = frozenset({"42P07", "42701", "42710", "42703", "42P01"})
_MARIADB = frozenset({1050, 1054, 1060, 1061, 1091, 1826})
_SQLITE = ("already exists", "duplicate column", "no such column", "has no column")
MIGRATE = "'manage.py schemaguard migrate"


def advice(
    connection: BaseDatabaseWrapper,
    prepared: Prepared,
    migration: Migration,
    error: Exception,
) -> str:
    """Return what to do where a migration failed for that reason; else "".

    Args:
        connection: Outside of any transaction.
        prepared: The plan that the migration is of.
        migration: The one that failed.
        error: Of the driver, as Django raised it.
    """
    if not _tells_of_it(error):
        return ""
    try:
        return _advice(connection, prepared, migration)
    except SchemaguardError:  # The database cannot be compared.
        return ""


def _advice(
    connection: BaseDatabaseWrapper, prepared: Prepared, migration: Migration
) -> str:
    after = prepared.state.clone()
    for each, _ in prepared.steps:
        after = each.mutate_state(after, preserve=False)
    if not Touched.read(connection, [prepared.state, after]).findings(1):
        return (
            "All that the plan makes is there. If the record of migrations was lost,"
            f" write it anew: {MIGRATE} --fake', which validates after."
        )
    if _is_initial(migration):
        return (
            "If the record of migrations was lost, record what is there:"
            f" {MIGRATE} --fake-initial', which compares it first."
        )
    state = Executor(connection).state_before(migration)
    runs_code = any(isinstance(it, RunPython | RunSQL) for it in migration.operations)
    if runs_code or wrong_after(connection, migration, state):
        return ""
    name = f"{migration.app_label} {migration.name}"
    return (
        "All that it makes is there. If its record was lost, write it anew:"
        f" {MIGRATE} {name} --fake'."
    )


def _is_initial(migration: Migration) -> bool:
    """Return whether `--fake-initial` concerns it, by Django's rule."""
    if migration.initial is not None:
        return migration.initial
    return all(app != migration.app_label for app, *_ in migration.dependencies)


def _tells_of_it(error: Exception) -> bool:
    """Return whether the error is of an object that is there, or there no more."""
    code = error_code(error)
    if code is not None:
        return code in _POSTGRESQL | _MARIADB
    return any(words in str(error) for words in _SQLITE)
