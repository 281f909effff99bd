"""Checks that a table or column that Django made holds nothing of others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db.models import NOT_PROVIDED

from django_schemaguard.deploy.dropped_views import BUT_FOR
from django_schemaguard.deploy.guard import Guard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import Field, Model

# Django drops tables, and before 6.0 columns, with all that depends on them.
_VIEWS = """
SELECT 1 FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
  AND d.refobjid = to_regclass(%s) AND r.ev_class <> d.refobjid
"""
_OF_COLUMN = """  AND d.refobjsubid = (
    SELECT attnum FROM pg_attribute WHERE attrelid = d.refobjid AND attname = %s)
"""


def but_for(gone: tuple[str, ...], guard: Guard) -> Guard:
    """Return the check, for which views that are gone by then do not count."""
    if not (gone and guard.loss.startswith(_VIEWS)):
        return guard
    params = (*guard.params, "\n".join(gone))
    return replace(guard, loss=guard.loss + BUT_FOR, params=params)


def of_model(connection: BaseDatabaseWrapper, model: type[Model]) -> Iterator[Guard]:
    """Yield the checks that a model's tables hold nothing, and no view shows them."""
    meta: Any = model._meta  # noqa: SLF001
    yield rows_of(connection, meta.db_table)
    if connection.vendor == "postgresql":
        name = connection.ops.quote_name(meta.db_table)
        yield Guard(name, _VIEWS, f"views on '{meta.db_table}'", (name,))
    for field in meta.local_many_to_many:
        through = field.remote_field.through._meta  # noqa: SLF001
        if through.auto_created:
            yield rows_of(connection, through.db_table)


def rows_of(connection: BaseDatabaseWrapper, table: str) -> Guard:
    """Return the check that a table has no rows."""
    quoted = connection.ops.quote_name(table)
    loss = f"SELECT 1 FROM {quoted} LIMIT 1"  # noqa: S608  Quoted.
    return Guard(quoted, loss, f"rows of table '{table}'")


def of_column(
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
