"""Whether rows are there that an operation would fail at; each asks for one row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django_schemaguard.lint.editor import recorder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import CheckConstraint, Model

    from django_schemaguard.core.schema import TableRef
    from django_schemaguard.lint.live import Live
    from django_schemaguard.lint.site import Altered, Site


def nulls(site: Site, altered: Altered) -> bool:
    """Return whether any row holds NULL in the column."""
    live = _live(site)
    live.require(altered.table.name, [str(altered.before.column)])
    column = live.quoted(str(altered.before.column))
    table = live.quoted(altered.table.name)
    return live.exists(f"SELECT 1 FROM {table} WHERE {column} IS NULL")  # noqa: S608


def changed_values(site: Site, altered: Altered, old: str, new: str) -> bool:
    """Return whether any value would be another one after it is converted.

    Args:
        site: Where.
        altered: The column.
        old: Its type, as Django writes it.
        new: The type to come.
    """
    live = _live(site)
    live.require(altered.table.name, [str(altered.before.column)])
    column = live.quoted(str(altered.before.column))
    if live.vendor == "postgresql":
        differs = f"({column}::{new})::{old} IS DISTINCT FROM {column}"
    elif new == "date":
        differs = f"DATE({column}) <> {column}"
    elif new.startswith(("numeric", "int", "smallint", "bigint", "bool")):
        sizes = new.partition(",")[2].strip(" )")
        differs = f"ROUND({column}, {sizes or 0}) <> {column}"
    else:
        differs = f"{column} IS NOT NULL"
    table = live.quoted(altered.table.name)
    return live.exists(f"SELECT 1 FROM {table} WHERE {differs}")  # noqa: S608


def duplicates(
    site: Site, table: TableRef, columns: Sequence[str], condition: str = ""
) -> bool:
    """Return whether two rows share their values in all columns, none being NULL.

    Args:
        site: Where.
        table: The table.
        columns: Unquoted.
        condition: SQL that the rows have to fulfil; "" for all.
    """
    live = _live(site)
    live.require(table.name, columns)
    if condition:
        live.require(table.name, _all_columns(site, table))
    names = [live.quoted(column) for column in columns]
    where = [f"{name} IS NOT NULL" for name in names]
    where += [f"({condition})"] if condition else []
    return live.exists(
        f"SELECT 1 FROM {live.quoted(table.name)} WHERE {' AND '.join(where)}"  # noqa: S608
        f" GROUP BY {', '.join(names)} HAVING COUNT(*) > 1"
    )


def check_violators(
    site: Site, constraint: CheckConstraint, model: type[Model]
) -> bool:
    """Return whether any row breaks a check; NULL does not."""
    live = _live(site)
    meta = model._meta  # noqa: SLF001
    live.require(meta.db_table, [str(f.column) for f in meta.local_concrete_fields])
    editor: Any = recorder(live.connection)
    check = constraint._get_check_sql(model, editor)  # type: ignore[attr-defined]  # noqa: SLF001
    table = live.quoted(meta.db_table)
    return live.exists(f"SELECT 1 FROM {table} WHERE NOT ({check})")  # noqa: S608


def _all_columns(site: Site, table: TableRef) -> list[str]:
    app, _, name = (table.model or "").partition(".")
    meta = site.before.apps.get_model(app, name)._meta  # noqa: SLF001
    return [str(field.column) for field in meta.local_concrete_fields]


def _live(site: Site) -> Live:
    live = site.live
    assert live is not None  # noqa: S101 - rules ask before they call.
    return live
