"""The parser of CREATE TABLE statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django_schemaguard.backends.sqlite.clauses import (
    take_check,
    take_conflict,
    take_constraint_name,
    take_references,
)
from django_schemaguard.backends.sqlite.column_ddl import take_column
from django_schemaguard.backends.sqlite.cursor import Cursor
from django_schemaguard.backends.sqlite.ddl import TableText, UniqueText, parse_key
from django_schemaguard.backends.sqlite.tokens import NotUnderstood, split

if TYPE_CHECKING:
    from collections.abc import Callable

    from django_schemaguard.backends.sqlite.tokens import Token


def parse_table(sql: str) -> TableText:
    """Return what a CREATE TABLE statement says.

    Raises:
        NotUnderstood: It is not one, as far as this parser knows.
    """
    cursor, table = Cursor(sql), TableText()
    _take_head(cursor)
    cursor.expect("(")
    take_column(cursor, table)
    while cursor.accept(",") and not cursor.at(*_CONSTRAINTS, "CONSTRAINT"):
        take_column(cursor, table)
    # SQLite lets the commas between table constraints be left out.
    while not cursor.accept(")"):
        _take_constraint(cursor, table)
        cursor.accept(",")
    _take_options(cursor, table)
    return table


def _take_head(cursor: Cursor) -> None:
    cursor.expect("CREATE")
    if cursor.at("TEMP", "TEMPORARY"):
        cursor.next()
    cursor.expect("TABLE")
    if cursor.accept("IF"):
        cursor.expect("NOT")
        cursor.expect("EXISTS")
    cursor.name()
    if cursor.accept("."):
        cursor.name()


def _take_options(cursor: Cursor, table: TableText) -> None:
    while not cursor.ended:
        if cursor.accept("WITHOUT"):
            cursor.expect("ROWID")
            table.rowid_alias = False
        elif not (cursor.accept("STRICT") or cursor.accept(",")):
            raise NotUnderstood(f"'{cursor.next().text}' after the table")


def _take_constraint(cursor: Cursor, table: TableText) -> None:
    name = take_constraint_name(cursor)
    if cursor.at(",", ")"):
        return  # A name without a constraint, which SQLite lets pass.
    word = cursor.next().word
    if word not in _CONSTRAINTS:
        raise NotUnderstood(f"'{word}' where a constraint is due")
    _CONSTRAINTS[word](cursor, table, name)


def _primary(cursor: Cursor, table: TableText, name: str) -> None:
    cursor.expect("KEY")
    table.primary_key = name
    last: tuple[Token, ...] = split(cursor.parenthesized())[-1]
    table.autoincrement |= bool(last) and last[-1].says("AUTOINCREMENT")
    take_conflict(cursor)


def _unique(cursor: Cursor, table: TableText, name: str) -> None:
    keys = tuple(parse_key(part) for part in split(cursor.parenthesized()))
    table.uniques.append(UniqueText(name, keys, take_conflict(cursor)))


def _foreign(cursor: Cursor, table: TableText, name: str) -> None:
    cursor.expect("KEY")
    columns = cursor.names()
    cursor.expect("REFERENCES")
    take_references(cursor, table, name, columns)


_CONSTRAINTS: Final[dict[str, Callable[[Cursor, TableText, str], None]]] = {
    "PRIMARY": _primary,
    "UNIQUE": _unique,
    "CHECK": take_check,
    "FOREIGN": _foreign,
}
