"""The rows of SQLite's catalog, all of one moment."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.backends.base.base import BaseDatabaseWrapper

# One statement, so one snapshot: another process may alter tables between two.
# The schema argument keeps temporary tables of the same name out. A view or a
# virtual table may be broken, and one such would fail the whole statement.
_SOLID: Final = "m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%'"
_CATALOG: Final = f"""
SELECT 'relation', name, type, tbl_name, sql, NULL, NULL, NULL, NULL, NULL
  FROM main.sqlite_master
UNION ALL
SELECT 'column', m.name, x.name, x.type, x."notnull", x.dflt_value,
       x.pk, x.hidden, x.cid, NULL
  FROM main.sqlite_master m, pragma_table_xinfo(m.name, 'main') x
 WHERE {_SOLID}
UNION ALL
SELECT 'reference', m.name, f.id, f.seq, f."table", f."from",
       f."to", f.on_update, f.on_delete, NULL
  FROM main.sqlite_master m, pragma_foreign_key_list(m.name, 'main') f
 WHERE {_SOLID}
UNION ALL
SELECT 'key', m.name, l.name, l."unique", l.origin, x.seqno,
       x.name, x."desc", x.coll, l.partial
  FROM main.sqlite_master m, pragma_index_list(m.name, 'main') l,
       pragma_index_xinfo(l.name, 'main') x
 WHERE {_SOLID} AND x.key
"""  # noqa: S608 - no value goes into it.
_HOLLOW: Final = (
    'SELECT m.name, x.name, x.type, x."notnull", x.dflt_value, x.pk, x.hidden, x.cid'
    " FROM main.sqlite_master m, pragma_table_xinfo(m.name, 'main') x"
    " WHERE m.type IN ('table', 'view') AND m.name IN "
)


class ColumnRow(NamedTuple):
    """One row of `pragma_table_xinfo`; `hidden` is 2 virtual, 3 stored."""

    name: str
    type: str
    notnull: int
    default: str | None
    pk: int
    hidden: int
    cid: int


class ReferenceRow(NamedTuple):
    """One row of `pragma_foreign_key_list`."""

    id: int
    seq: int
    table: str
    column: str
    target_column: str | None
    on_update: str
    on_delete: str


class KeyRow(NamedTuple):
    """One key of one index; `column` is None for an expression."""

    index_name: str
    unique: int
    origin: str
    seqno: int
    column: str | None
    descending: int
    collation: str
    partial: int


class TriggerRow(NamedTuple):
    """A trigger and the statement that made it."""

    name: str
    sql: str


@dataclass(slots=True)
class Relation:
    """What the catalog holds of one table or view.

    Attributes:
        index_sql: CREATE INDEX statements, by index.
        triggers: CREATE TRIGGER statements, by name.
        problem: Why its columns could not be read.
    """

    name: str
    type: str
    sql: str
    columns: list[ColumnRow] = field(default_factory=list)
    references: list[ReferenceRow] = field(default_factory=list)
    keys: list[KeyRow] = field(default_factory=list)
    index_sql: dict[str, str] = field(default_factory=dict)
    triggers: list[TriggerRow] = field(default_factory=list)
    problem: str | None = None

    @property
    def virtual(self) -> bool:
        """Whether a module stands behind the table."""
        return self.sql[:14].upper() == "CREATE VIRTUAL"


def read_catalog(
    connection: BaseDatabaseWrapper, expected: Iterable[str]
) -> dict[str, Relation]:
    """Return the relations of the main database, by name as stored.

    Columns of views and virtual tables are read only where they are expected.

    Args:
        connection: Any connection of Django's to SQLite.
        expected: Names in lower case.
    """
    rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_CATALOG)
        for kind, *row in cursor.fetchall():
            rows[kind].append(tuple(row))
    relations = _relations(rows["relation"])
    for row in rows["column"]:
        relations[row[0]].columns.append(ColumnRow(*row[1:-1]))
    for row in rows["reference"]:
        relations[row[0]].references.append(ReferenceRow(*row[1:-1]))
    for row in rows["key"]:
        relations[row[0]].keys.append(KeyRow(*row[1:]))
    _read_hollow(connection, relations, frozenset(expected))
    return relations


def _relations(rows: list[tuple[Any, ...]]) -> dict[str, Relation]:
    relations = {
        name: Relation(name, kind, sql or "")
        for name, kind, _, sql, *_ in rows
        if kind in {"table", "view"}
    }
    by_folded = {name.lower(): relation for name, relation in relations.items()}
    for name, kind, table, sql, *_ in rows:
        if kind == "index" and sql is not None:
            by_folded[table.lower()].index_sql[name] = sql
        elif kind == "trigger" and table.lower() in by_folded:
            by_folded[table.lower()].triggers.append(TriggerRow(name, sql))
    for relation in relations.values():
        relation.triggers.sort()
    return relations


def _read_hollow(
    connection: BaseDatabaseWrapper,
    relations: dict[str, Relation],
    expected: frozenset[str],
) -> None:
    hollow = [
        name
        for name, relation in relations.items()
        if (relation.type == "view" or relation.virtual) and name.lower() in expected
    ]
    if not hollow:
        return
    try:
        _read_columns(connection, relations, hollow)
    except DatabaseError:
        for name in hollow:  # One of them is broken; the others are not.
            try:
                _read_columns(connection, relations, [name])
            except DatabaseError as error:
                relations[name].problem = str(error)


def _read_columns(
    connection: BaseDatabaseWrapper, relations: dict[str, Relation], names: list[str]
) -> None:
    marks = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.execute(f"{_HOLLOW} ({marks})", names)
        for name, *row in cursor.fetchall():
            relations[name].columns.append(ColumnRow(*row))
