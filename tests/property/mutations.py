"""Single changes by hand, each for one table as it stands in a database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

from django_schemaguard.core.schema import Column, RelationKind, Table

_SQLITE_COLUMN = r'"{}" ([a-z]+(?: unsigned)?(?:\(\d+(?:, ?\d+)?\))?) (NOT NULL|NULL)'


class Mutation(NamedTuple):
    """What is changed, and the statements that change it."""

    label: str
    statements: tuple[str, ...]


def mutations(
    connection: BaseDatabaseWrapper, table: Table, compared: frozenset[str]
) -> list[Mutation]:
    """Return all changes to one table that a validation has to notice.

    Args:
        connection: For its quoting and, on SQLite, the table's statement.
        table: As read.
        compared: What validation compares, as "table.object".
    """
    if table.kind is not RelationKind.TABLE:
        return []
    quote = connection.ops.quote_name
    made = [
        *_on_every_server(table, quote),
        *_indexes(table, compared, quote),
        *(_postgresql if connection.vendor == "postgresql" else _sqlite)(
            connection, table, compared
        ),
    ]
    return [mutation for mutation in made if mutation.statements]


def _address(table: Table, quote: Callable[[str], str]) -> str:
    parts = filter(None, (table.namespace, table.name))
    return ".".join(map(quote, parts))


def _on_every_server(table: Table, quote: Callable[[str], str]) -> Iterator[Mutation]:
    name = _address(table, quote)
    for column in table.columns:
        quoted = quote(column.name)
        yield Mutation(
            f"drop column {column.name}", (f"ALTER TABLE {name} DROP COLUMN {quoted}",)
        )
        yield Mutation(
            f"rename column {column.name}",
            (f"ALTER TABLE {name} RENAME COLUMN {quoted} TO renamed_by_hand",),
        )
    yield Mutation(
        "add column", (f"ALTER TABLE {name} ADD COLUMN by_hand int DEFAULT 1 NOT NULL",)
    )


def _alone(table: Table, name: str) -> bool:
    """Return whether no other object of the table has the same keys."""
    keys = {it.name: it.keys for it in (*table.indexes, *table.uniques)}
    primary = table.primary_key.columns if table.primary_key else ()
    own = keys.pop(name)
    return own not in keys.values() and tuple(key.column for key in own) != primary


def _indexes(
    table: Table, compared: frozenset[str], quote: Callable[[str], str]
) -> Iterator[Mutation]:
    prefix = f"{quote(table.namespace)}." if table.namespace else ""
    for index in (*table.indexes, *(it for it in table.uniques if not it.constraint)):
        known = f"{table.ref}.{index.name}" in compared
        if known and _alone(table, index.name):
            drop = f"DROP INDEX {prefix}{quote(index.name)}"
            yield Mutation(f"drop index {index.name}", (drop,))
    column = quote(table.columns[-1].name)
    yield Mutation(
        "add partial unique index",
        (
            f"CREATE UNIQUE INDEX by_hand ON {_address(table, quote)} ({column})"
            f" WHERE {column} IS NOT NULL",
        ),
    )


def _postgresql(
    connection: BaseDatabaseWrapper, table: Table, compared: frozenset[str]
) -> Iterator[Mutation]:
    quote = connection.ops.quote_name
    alter = f"ALTER TABLE {_address(table, quote)}"
    for column in table.columns:
        yield from _postgresql_column(alter, column, quote(column.name))
    for each in (*table.uniques, *table.checks, *table.foreign_keys, *table.exclusions):
        known = f"{table.ref}.{each.name}" in compared
        if known and getattr(each, "constraint", True):
            if each in table.uniques and not _alone(table, each.name):
                continue
            drop = f"{alter} DROP CONSTRAINT {quote(each.name)}"
            yield Mutation(f"drop constraint {each.name}", (drop,))
    for key in table.foreign_keys:
        yield Mutation(
            f"disarm {key.name}",
            (f"{alter} ALTER CONSTRAINT {quote(key.name)} NOT DEFERRABLE",),
        )
    yield Mutation("add check", (f"{alter} ADD CONSTRAINT by_hand CHECK (1 = 1)",))
    yield Mutation("unlogged", (f"{alter} SET UNLOGGED",))
    yield Mutation("comment", (f"COMMENT ON TABLE {alter[12:]} IS 'by hand'",))


def _postgresql_column(alter: str, column: Column, name: str) -> Iterator[Mutation]:
    change = f"{alter} ALTER COLUMN {name}"
    other = "varchar(3)" if column.type == "text" else "text"
    yield Mutation(f"type of {name}", (f"{change} TYPE {other} USING NULL::{other}",))
    null = "SET" if column.nullable else "DROP"
    yield Mutation(f"null of {name}", (f"{change} {null} NOT NULL",))
    if column.default or column.type in {"integer", "bigint"}:
        default = "DROP DEFAULT" if column.default else "SET DEFAULT 41"
        yield Mutation(f"default of {name}", (f"{change} {default}",))
    if column.type == "text" or column.type.startswith("character varying"):
        collation = "POSIX" if column.collation != "POSIX" else "C"
        yield Mutation(
            f"collation of {name}",
            (f'{change} TYPE {column.type} COLLATE "{collation}"',),
        )
    yield Mutation(
        f"comment of {name}",
        (f"COMMENT ON COLUMN {alter[12:]}.{name} IS 'by hand'",),
    )


def _sqlite(
    connection: BaseDatabaseWrapper, table: Table, compared: frozenset[str]
) -> Iterator[Mutation]:
    """Yield rebuilds of the table with its statement edited."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT type, sql FROM sqlite_master WHERE tbl_name = %s AND sql NOT NULL",
            [table.name],
        )
        statements = cursor.fetchall()
    (sql,) = (text for kind, text in statements if kind == "table")
    indexes = tuple(text for kind, text in statements if kind == "index")
    drop = f"DROP TABLE {connection.ops.quote_name(table.name)}"
    for label, edited in _edited(table, sql):
        if edited != sql:
            yield Mutation(label, (drop, edited, *indexes))


def _edited(table: Table, sql: str) -> Iterator[tuple[str, str]]:
    for column in table.columns:
        pattern = re.compile(_SQLITE_COLUMN.format(re.escape(column.name)))
        found = pattern.search(sql)
        if found is None:
            continue
        start, end = found.span()
        head, null = f'"{column.name}" {found[1]}', found[2]
        flipped = "NULL" if null == "NOT NULL" else "NOT NULL"
        other = "real" if found[1] == "text" else "text"
        primary = table.primary_key and column.name in table.primary_key.columns
        if not primary:
            yield f"null of {column.name}", f"{sql[:start]}{head} {flipped}{sql[end:]}"
            if "DEFAULT" not in sql[end:].partition(",")[0]:
                text = f"{sql[:start]}{head} DEFAULT 41 {null}{sql[end:]}"
                yield f"default of {column.name}", text
        text = f'{sql[:start]}"{column.name}" {other} {null}{sql[end:]}'
        yield f"type of {column.name}", text
        if "COLLATE" not in sql[start:].partition(",")[0]:
            text = f"{sql[:start]}{head} COLLATE NOCASE {null}{sql[end:]}"
            yield f"collation of {column.name}", text
    yield "check", sql.replace("CHECK (", "CHECK (1 + ", 1)
    yield "autoincrement", sql.replace(" AUTOINCREMENT", "", 1)
    yield (
        "foreign key",
        re.sub(r' REFERENCES "[^"]*" \("[^"]*"\)[A-Z ]*', " ", sql, count=1),
    )
    yield "deferrable", sql.replace(" DEFERRABLE INITIALLY DEFERRED", "", 1)
    if len({it.keys for it in table.uniques}) == len(
        table.uniques
    ):  # Else a twin does.
        yield "unique", re.sub(r" UNIQUE(?=[,)])", "", sql, count=1)
