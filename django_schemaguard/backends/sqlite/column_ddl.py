"""The parser of one column in a CREATE TABLE statement."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from django_schemaguard.backends.sqlite.clauses import (
    take_check,
    take_conflict,
    take_constraint_name,
    take_deferral,
    take_references,
)
from django_schemaguard.backends.sqlite.ddl import ColumnText, KeyText, UniqueText
from django_schemaguard.backends.sqlite.tokens import Kind, NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Callable

    from django_schemaguard.backends.sqlite.cursor import Cursor
    from django_schemaguard.backends.sqlite.ddl import TableText

_CONSTANTS: Final = (
    *("TRUE", "FALSE", "CURRENT_TIME", "CURRENT_DATE", "CURRENT_TIMESTAMP"),
)


def take_column(cursor: Cursor, table: TableText) -> None:
    """Take a column with its constraints, up to the comma or parenthesis behind."""
    column = ColumnText(cursor.name(), _take_type(cursor))
    table.columns.append(column)
    while not cursor.at(",", ")"):
        name = take_constraint_name(cursor)
        if cursor.at(",", ")"):
            break  # A name without a constraint, which SQLite lets pass.
        word = cursor.next().word
        if word not in _CONSTRAINTS:
            raise NotUnderstood(f"'{word}' in column '{column.name}'")
        _CONSTRAINTS[word](cursor, table, name)


def _take_type(cursor: Cursor) -> str:
    first = cursor.position
    while not cursor.at(*_CONSTRAINTS, "CONSTRAINT", ",", ")"):
        if cursor.at("("):
            cursor.parenthesized()
        else:
            cursor.next()
    return cursor.since(first)


def _primary(cursor: Cursor, table: TableText, name: str) -> None:
    cursor.expect("KEY")
    table.primary_key = name
    if cursor.accept("DESC"):
        # Not an alias of the rowid, by a bug that SQLite keeps for ever.
        table.rowid_alias = False
    else:
        cursor.accept("ASC")
    take_conflict(cursor)
    table.autoincrement |= cursor.accept("AUTOINCREMENT")


def _not(cursor: Cursor, table: TableText, name: str) -> None:
    if cursor.at("DEFERRABLE"):
        _deferrable(cursor, table, name)
    else:
        cursor.expect("NULL")
        take_conflict(cursor)


def _null(cursor: Cursor, _table: TableText, _name: str) -> None:
    take_conflict(cursor)


def _unique(cursor: Cursor, table: TableText, name: str) -> None:
    key = KeyText(table.columns[-1].name, None)
    table.uniques.append(UniqueText(name, (key,), take_conflict(cursor)))


def _default(cursor: Cursor, table: TableText, _name: str) -> None:
    text = _take_default(cursor)
    table.columns[-1].default = None if text.upper() == "NULL" else text


def _take_default(cursor: Cursor) -> str:
    if cursor.at("("):
        return cursor.expression()
    first = cursor.position
    while cursor.at("+", "-"):
        cursor.next()
    token = cursor.next()
    if token.kind is Kind.QUOTED or (
        token.kind is Kind.WORD and not token.says(*_CONSTANTS, "NULL")
    ):
        # A name in this place is a string to SQLite.
        return "'" + str(token.name).replace("'", "''") + "'"
    return cursor.since(first)


def _collate(cursor: Cursor, table: TableText, _name: str) -> None:
    table.columns[-1].collation = cursor.name()


def _references(cursor: Cursor, table: TableText, name: str) -> None:
    take_references(cursor, table, name, (table.columns[-1].name,))


def _deferrable(cursor: Cursor, table: TableText, _name: str) -> None:
    # Another constraint stands between REFERENCES and its deferral.
    if not table.foreign_keys:
        raise NotUnderstood("DEFERRABLE without a foreign key")
    cursor.position -= 1
    last = table.foreign_keys[-1]
    table.foreign_keys[-1] = replace(last, deferral=take_deferral(cursor))


def _generated(cursor: Cursor, table: TableText, name: str) -> None:
    cursor.expect("ALWAYS")
    cursor.expect("AS")
    _as(cursor, table, name)


def _as(cursor: Cursor, table: TableText, _name: str) -> None:
    table.columns[-1].generated = cursor.expression()
    if cursor.at("STORED", "VIRTUAL"):
        cursor.next()


_CONSTRAINTS: Final[dict[str, Callable[[Cursor, TableText, str], None]]] = {
    "PRIMARY": _primary,
    "NOT": _not,
    "NULL": _null,
    "UNIQUE": _unique,
    "CHECK": take_check,
    "DEFAULT": _default,
    "COLLATE": _collate,
    "REFERENCES": _references,
    "DEFERRABLE": _deferrable,
    "GENERATED": _generated,
    "AS": _as,
}
