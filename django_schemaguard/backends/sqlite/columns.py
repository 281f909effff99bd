"""Columns and primary keys, from PRAGMA rows and the statement's text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.core.schema import Column, Expression, Identity, PrimaryKey

if TYPE_CHECKING:
    from django_schemaguard.backends.sqlite.catalog import ColumnRow, Relation
    from django_schemaguard.backends.sqlite.ddl import ColumnText, TableText


def build_columns(relation: Relation, text: TableText | None) -> tuple[Column, ...]:
    """Return the columns in their order.

    Without the statement's text, collations are not known, and of a generated
    column only that it is one.
    """
    keys = [row for row in relation.columns if row.pk]
    numbered = keys[0] if len(keys) == 1 and _numbers(keys[0], text) else None
    texts = {column.name.lower(): column for column in text.columns} if text else {}
    return tuple(
        _column(row, texts.get(row.name.lower()), _identity(row, numbered, text))
        for row in relation.columns
        if row.hidden != 1  # Hidden columns of virtual tables.
    )


def build_primary_key(relation: Relation, text: TableText | None) -> PrimaryKey | None:
    """Return the primary key in key order, or None."""
    rows = sorted((row for row in relation.columns if row.pk), key=lambda row: row.pk)
    if not rows:
        return None
    return PrimaryKey(text.primary_key if text else "", tuple(row.name for row in rows))


def _column(
    row: ColumnRow, text: ColumnText | None, identity: Identity | None
) -> Column:
    return Column(
        name=row.name,
        type=text.type if text else row.type,
        nullable=not (row.notnull or row.pk),
        default=_default(row, text),
        generated=_generated(row, text),
        stored=row.hidden == 3,
        collation=_collation(text),
        identity=identity,
    )


def _default(row: ColumnRow, text: ColumnText | None) -> Expression | None:
    default = text.default if text else row.default
    if default is None or default.upper() == "NULL":
        return None
    return Expression(default)


def _generated(row: ColumnRow, text: ColumnText | None) -> Expression | None:
    if text is not None:
        return None if text.generated is None else Expression(text.generated)
    if row.hidden in {2, 3}:
        return Expression("?", problem="its CREATE TABLE statement was not understood")
    return None


def _collation(text: ColumnText | None) -> str | None:
    if text is None or text.collation is None or text.collation.upper() == "BINARY":
        return None
    return text.collation


def _numbers(row: ColumnRow, text: TableText | None) -> bool:
    """Return whether the only key column is an alias of the rowid."""
    return row.type.upper() == "INTEGER" and (text is None or text.rowid_alias)


def _identity(
    row: ColumnRow, numbered: ColumnRow | None, text: TableText | None
) -> Identity | None:
    if row is not numbered:
        return None
    autoincrement = text is not None and text.autoincrement
    return Identity.AUTOINCREMENT if autoincrement else Identity.ROWID
