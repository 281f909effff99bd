"""What the SQL that undoes a `RunSQL` would take with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import router

from django_schemaguard.deploy.at_once import texts_of
from django_schemaguard.deploy.guard import Guard
from django_schemaguard.lint.destroying import Fresh, Loss, losses
from django_schemaguard.lint.sql import Statement, statements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations.operations import RunSQL

# What a new column of that definition holds is the migration's own, if it is one value.
_FILLED = frozenset({"DEFAULT", "GENERATED", "AS", "SERIAL", "BIGSERIAL"})


def losses_by_sql(
    connection: BaseDatabaseWrapper, operation: RunSQL, app: str
) -> Iterator[Guard]:
    """Yield the checks before an applied `RunSQL` is undone.

    Args:
        connection: Whose quoting is used.
        operation: Of an applied migration.
        app: Its label.
    """
    if not router.allow_migrate(connection.alias, app, **operation.hints):
        return
    for loss in whole_losses(operation.reverse_sql):
        if loss.column:
            filled = _is_filled(operation, loss)
            yield _of_column(connection, loss, filled=filled)
        elif loss.table:
            yield _of_table(connection, loss)


def whole_losses(sql: object) -> tuple[Loss, ...]:
    """Return which tables and columns SQL drops or empties, but for its own.

    Args:
        sql: As `RunSQL` takes it.
    """
    found = losses(_statements(sql), Fresh())
    return tuple(loss for loss in found if loss.whole)


def _statements(sql: object) -> Iterator[Statement]:
    for text in texts_of(sql):
        yield from statements(text)


def _is_filled(operation: RunSQL, loss: Loss) -> bool:
    """Return whether the column got a value when the operation made it."""
    for statement in _statements(operation.sql):
        if statement.path_after("ALTER", "TABLE")[-1:] != loss.table[-1:]:
            continue
        for action in statement.actions:
            name = action.name_after("ADD", "COLUMN") or action.name_after("ADD")
            if action.starts("ADD") and name == loss.column:
                return not _FILLED.isdisjoint(action.upper)
    return False


def _quoted(connection: BaseDatabaseWrapper, path: tuple[str, ...]) -> str:
    return ".".join(connection.ops.quote_name(name) for name in path)


def _of_table(connection: BaseDatabaseWrapper, loss: Loss) -> Guard:
    table = _quoted(connection, loss.table)
    query = f"SELECT 1 FROM {table} LIMIT 1"  # noqa: S608  Quoted.
    says = f"rows of table '{'.'.join(loss.table)}'"
    return Guard(table, query, says, read=True)


def _of_column(connection: BaseDatabaseWrapper, loss: Loss, *, filled: bool) -> Guard:
    table = _quoted(connection, loss.table)
    # Qualified, or SQLite takes a name that is none for a text.
    column = f"{table}.{connection.ops.quote_name(loss.column)}"
    says = f"values of column '{'.'.join((*loss.table, loss.column))}'"
    query = f"SELECT 1 FROM {table} WHERE {column} IS NOT NULL LIMIT 1"  # noqa: S608
    if filled:
        word = "CHAR" if connection.vendor == "mysql" else "text"
        counted = f"SELECT COUNT(DISTINCT CAST({column} AS {word})) AS n FROM {table}"  # noqa: S608
        query = f"SELECT 1 FROM ({counted}) AS counted WHERE n > 1"  # noqa: S608
    return Guard(table, query, says, read=True)
