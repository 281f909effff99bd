"""Clauses that columns and tables have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.backends.sqlite.ddl import CheckText, ForeignKeyText
from django_schemaguard.core.schema import Deferral

if TYPE_CHECKING:
    from django_schemaguard.backends.sqlite.cursor import Cursor
    from django_schemaguard.backends.sqlite.ddl import TableText


def take_constraint_name(cursor: Cursor) -> str:
    """Take CONSTRAINT and its name, where they stand; the last of several counts."""
    name = ""
    while cursor.accept("CONSTRAINT"):
        name = cursor.name()
    return name


def take_conflict(cursor: Cursor) -> str | None:
    """Take ON CONFLICT and its word; None where there is none."""
    if not cursor.accept("ON"):
        return None
    cursor.expect("CONFLICT")
    return cursor.next().word


def take_check(cursor: Cursor, table: TableText, name: str) -> None:
    """Take what follows CHECK."""
    table.checks.append(CheckText(name, cursor.expression()))
    take_conflict(cursor)


def take_references(
    cursor: Cursor, table: TableText, name: str, columns: tuple[str, ...]
) -> None:
    """Take what follows REFERENCES."""
    target = cursor.name()
    target_columns = cursor.names() if cursor.at("(") else ()
    while cursor.at("ON", "MATCH"):
        _take_action(cursor)
    deferral = take_deferral(cursor)
    table.foreign_keys.append(
        ForeignKeyText(name, columns, target, target_columns, deferral)
    )


def take_deferral(cursor: Cursor) -> Deferral:
    """Take [NOT] DEFERRABLE [INITIALLY …], where it stands."""
    refused = cursor.at("NOT") and cursor.at("DEFERRABLE", ahead=1)
    if refused:
        cursor.next()
    if not cursor.accept("DEFERRABLE"):
        return Deferral.NOT_DEFERRABLE
    deferred = cursor.accept("INITIALLY") and cursor.next().says("DEFERRED")
    if refused:
        return Deferral.NOT_DEFERRABLE
    return Deferral.DEFERRED if deferred else Deferral.IMMEDIATE


def _take_action(cursor: Cursor) -> None:
    """Take one ON DELETE, ON UPDATE or MATCH; PRAGMA tells what they say."""
    if cursor.accept("MATCH"):
        cursor.name()
        return
    cursor.expect("ON")
    cursor.next()
    if cursor.at("SET", "NO"):
        cursor.next()
    cursor.next()
