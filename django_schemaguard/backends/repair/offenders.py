"""The queries that find rows in the way of a repair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.backends.repair.parts import Forbidden
from django_schemaguard.core.schema import Key, Unique

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django_schemaguard.backends.repair.base import Writer
    from django_schemaguard.backends.repair.parts import Source
    from django_schemaguard.core.schema import Check, ForeignKey, PrimaryKey


def keys(writer: Writer, source: Source, alias: str = "") -> str:
    """Return the columns that tell a row, as a list in SQL; all without a key."""
    key = source.table.primary_key
    prefix = f"{alias}." if alias else ""
    if key is None:
        return f"{prefix}*"
    names = key.columns
    return ", ".join(prefix + writer.quote(name) for name in names)


def all_rows(writer: Writer, source: Source) -> str:
    """Return the query for every row."""
    table = writer.name(source.table.ref)
    return f"SELECT {keys(writer, source)} FROM {table}"


def nulls(writer: Writer, source: Source, column: str) -> Forbidden:
    """Return the rows whose column is NULL."""
    query = f"{all_rows(writer, source)} WHERE {writer.quote(column)} IS NULL"
    return Forbidden(query, f"Rows have no value in '{column}'")


def filled_in(writer: Writer, source: Source, columns: Iterable[str]) -> str:
    """Return the query for rows that have a value in each of the columns."""
    given = " AND ".join(f"{writer.quote(each)} IS NOT NULL" for each in columns)
    return f"{all_rows(writer, source)} WHERE {given}"


def violators(writer: Writer, source: Source, check: Check) -> Forbidden:
    """Return the rows that break a check; NULL breaks none."""
    query = f"{all_rows(writer, source)} WHERE NOT ({check.expression.sql})"
    return Forbidden(query, "Rows break it")


def orphans(writer: Writer, source: Source, key: ForeignKey) -> Forbidden:
    """Return the rows whose foreign key leads nowhere."""
    pairs = [
        (f"c.{writer.quote(ours)}", f"p.{writer.quote(theirs)}")
        for ours, theirs in zip(key.columns, key.target_columns, strict=True)
    ]
    matched = " AND ".join(f"{theirs} = {ours}" for ours, theirs in pairs)
    given = " AND ".join(f"{ours} IS NOT NULL" for ours, _ in pairs)
    return Forbidden(
        f"SELECT {keys(writer, source, 'c')} FROM {writer.name(source.table.ref)} c"
        f" WHERE {given} AND NOT EXISTS"
        f" (SELECT 1 FROM {writer.name(key.target)} p WHERE {matched})",
        f"Rows refer to what is not in '{key.target.brief}'",
    )


def repeated(writer: Writer, source: Source, unique: Unique) -> Forbidden:
    """Return the values that stand more than once, each with its count."""
    values = [_value(writer, key) for key in unique.keys]
    conditions = [f"({unique.condition.sql})"] if unique.condition else []
    if unique.nulls_distinct:
        conditions += [f"{value} IS NOT NULL" for value in values]
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    listed = ", ".join(values)
    return Forbidden(
        f"SELECT {listed}, count(*) FROM {writer.name(source.table.ref)}{where}"
        f" GROUP BY {listed} HAVING count(*) > 1",
        "Values stand more than once",
    )


def no_key(writer: Writer, source: Source, key: PrimaryKey) -> tuple[Forbidden, ...]:
    """Return the rows that a primary key would not accept."""
    columns = tuple(Key(column=name) for name in key.columns)
    empty = " OR ".join(f"{writer.quote(name)} IS NULL" for name in key.columns)
    return (
        repeated(writer, source, Unique("", columns)),
        Forbidden(f"{all_rows(writer, source)} WHERE {empty}", "Rows have no key"),
    )


def _value(writer: Writer, key: Key) -> str:
    if key.column is not None:
        return writer.quote(key.column)
    return f"({key.expression.sql})" if key.expression else "NULL"


def equal_pairs(
    writer: Writer, source: Source, operators: Iterable[tuple[str, str]]
) -> Forbidden:
    """Return the rows that an exclusion forbids beside another one.

    Args:
        writer: PostgreSQL's.
        source: Of the table.
        operators: (column, operator) of each key.
    """
    table = writer.name(source.table.ref)
    joined = " AND ".join(
        f"a.{writer.quote(column)} {operator} b.{writer.quote(column)}"
        for column, operator in operators
    )
    return Forbidden(
        f"SELECT {keys(writer, source, 'a')} FROM {table} a"
        f" WHERE EXISTS (SELECT 1 FROM {table} b WHERE a.ctid <> b.ctid AND {joined})",
        "Rows exclude one another",
    )
