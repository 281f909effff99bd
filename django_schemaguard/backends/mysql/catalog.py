"""What `information_schema` says, as rows, and which tables it could not open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from ...exceptions import DatabaseUnreadable
from .session import TIMED_OUT, is_mariadb

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.utils import CursorWrapper

Row: TypeAlias = tuple[Any, ...]
ByTable: TypeAlias = Mapping[str, Sequence[Row]]

# MariaDB opens each table for most of these, but only where `table_schema` (never
# `constraint_schema`, where both are) is compared with a constant. It does not
# open what a condition on `table_name` excludes.
_TABLES = """
SELECT table_name, table_type, engine, table_collation, table_comment
FROM information_schema.tables WHERE table_schema = DATABASE()
"""
_COLUMNS = """
SELECT table_name, column_name, column_type, is_nullable, column_default, extra,
  collation_name, column_comment, generation_expression
FROM information_schema.columns WHERE table_schema = DATABASE()
"""
_STATISTICS = """
SELECT table_name, index_name, non_unique, index_type, column_name, collation,
  sub_part, {expression}
FROM information_schema.statistics WHERE table_schema = DATABASE()
"""
_KEY_COLUMNS = """
SELECT table_name, constraint_name, column_name, NULLIF(referenced_table_schema,
  DATABASE()), referenced_table_name, referenced_column_name
FROM information_schema.key_column_usage
WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL
"""
_ACTIONS = """
SELECT table_name, constraint_name, delete_rule, update_rule
FROM information_schema.referential_constraints
WHERE constraint_schema = DATABASE()
"""
_CHECKS = """
SELECT table_name, constraint_name, check_clause, level, 'YES'
FROM information_schema.check_constraints WHERE constraint_schema = DATABASE()
"""
_CHECKS_OF_MYSQL = """
SELECT table_name, constraint_name, check_clause, 'Table', enforced
FROM information_schema.check_constraints
JOIN information_schema.table_constraints
  USING (constraint_schema, constraint_name)
WHERE constraint_schema = DATABASE() AND constraint_type = 'CHECK'
"""
# What the session may see, by its own grants and by those of its roles. Who may
# read other accounts' grants as well may read all tables anyway.
_GRANTS = """
SELECT 'all', '' FROM information_schema.user_privileges
WHERE privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
UNION SELECT 'all', '' FROM information_schema.schema_privileges
WHERE DATABASE() LIKE table_schema
UNION SELECT 'table', table_name FROM information_schema.table_privileges
WHERE table_schema = DATABASE()
UNION SELECT 'column', table_name FROM information_schema.column_privileges
WHERE table_schema = DATABASE()
"""
_ORDER = {
    "columns": " ORDER BY table_name, ordinal_position",
    "statistics": " ORDER BY table_name, index_name, seq_in_index",
    "key_columns": " ORDER BY table_name, constraint_name, ordinal_position",
}
_SKIPPED = 1684  # "… was skipped since its definition is being modified …"
_LOCKED = frozenset({1205, _SKIPPED})
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Catalog:
    """The rows of each source, by table name and in key order.

    Attributes:
        tables: (type, engine, collation, comment).
        columns: (name, type, is nullable, default, extra, collation, comment,
            generation expression).
        statistics: (index, non unique, method, column, order, length, expression).
        key_columns: Of foreign keys: (constraint, column, other database, table
            and column referred to).
        actions: (constraint, on delete, on update); empty without privilege.
        checks: (name, clause, level, enforced).
        sees_all: The role has a privilege on the whole database.
        partial: Tables of which the role may see only some columns.
        locked: Tables that another session holds.
    """

    tables: Mapping[str, Row]
    columns: ByTable
    statistics: ByTable
    key_columns: ByTable
    actions: ByTable
    checks: ByTable
    sees_all: bool
    partial: frozenset[str] = frozenset()
    locked: frozenset[str] = frozenset()


class _TablesLockedError(Exception):
    """A lock came between two statements."""


@dataclass(slots=True)
class _Session:
    """One attempt; what is found locked on the way is asked for no more."""

    connection: BaseDatabaseWrapper
    cursor: CursorWrapper
    mariadb: bool
    locked: set[str] = field(default_factory=set)

    def rows(self, sql: str, order: str = "") -> list[Row]:
        names = sorted(self.locked)
        if names:
            sql += f" AND table_name NOT IN ({', '.join(['%s'] * len(names))})"
        self.cursor.execute(sql + order, names or None)
        rows: list[Row] = self.cursor.fetchall()
        return rows

    def by_table(self, sql: str, order: str = "") -> ByTable:
        grouped: dict[str, list[Row]] = defaultdict(list)
        for name, *row in self.rows(sql, order):
            grouped[name].append(tuple(row))
        if self.warnings() & _LOCKED:
            raise _TablesLockedError
        return dict(grouped)

    def warnings(self) -> set[int]:
        """Return the codes of what the last statement warned of."""
        count = getattr(self.connection.connection, "warning_count", None)
        if count is not None and not count():
            return set()
        self.cursor.execute("SHOW WARNINGS")
        warnings = self.cursor.fetchall()
        codes = {int(code) for _, code, _ in warnings}
        late = codes & TIMED_OUT - _LOCKED
        if late:
            line = next(text for _, code, text in warnings if int(code) in late)
            raise DatabaseUnreadable(
                f"Cannot read the catalog of database '{self.connection.alias}' in"
                f" time: {line.rstrip('.')}.",
                "Try again, or raise --timeout.",
            )
        return codes


def read_catalog(connection: BaseDatabaseWrapper) -> Catalog:
    """Return the catalog's rows: 7 statements, a few more where tables are locked.

    MariaDB leaves the rows of a locked table out with no more than a warning, so
    the warnings are looked at after each statement.
    """
    for _ in range(_ATTEMPTS):
        with connection.cursor() as cursor:
            session = _Session(connection, cursor, is_mariadb(connection))
            try:
                return _read(session)
            except _TablesLockedError:
                continue
    raise DatabaseUnreadable(
        f"Cannot read the catalog of database '{connection.alias}': other sessions"
        " are changing its tables.",
        "Try again when they are done.",
    )


def _read(session: _Session) -> Catalog:
    tables = {name: tuple(row) for name, *row in session.rows(_TABLES)}
    if session.warnings() & _LOCKED:
        session.locked |= {
            name
            for name, (kind, engine, *_) in tables.items()
            if _unopened(kind, engine)
        }
        if not session.locked:
            raise _TablesLockedError
    expression = "NULL" if session.mariadb else "expression"
    checks = _CHECKS if session.mariadb else _CHECKS_OF_MYSQL
    sees_all, partial = _visible(session)
    return Catalog(
        tables=tables,
        columns=session.by_table(_COLUMNS, _ORDER["columns"]),
        statistics=session.by_table(
            _STATISTICS.format(expression=expression), _ORDER["statistics"]
        ),
        key_columns=session.by_table(_KEY_COLUMNS, _ORDER["key_columns"]),
        actions=session.by_table(_ACTIONS),
        checks=session.by_table(checks),
        sees_all=sees_all,
        partial=partial,
        locked=frozenset(session.locked),
    )


def _unopened(kind: str, engine: str | None) -> bool:
    return engine is None and kind != "VIEW"


def _visible(session: _Session) -> tuple[bool, frozenset[str]]:
    session.cursor.execute(_GRANTS)
    grants: Iterable[tuple[str, str]] = session.cursor.fetchall()
    by_level: dict[str, set[str]] = defaultdict(set)
    for level, name in grants:
        by_level[level].add(name)
    if by_level["all"]:
        return True, frozenset()
    return False, frozenset(by_level["column"] - by_level["table"])
