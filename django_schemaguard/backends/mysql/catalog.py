"""What `information_schema` says, as rows, and which tables it could not open."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from django_schemaguard.backends.mysql.grants import (
    Rights,
    Sight,
    rights_from,
    sight_from,
)
from django_schemaguard.backends.mysql.session import TIMED_OUT, is_mariadb, may_ignore
from django_schemaguard.core.schema import Session
from django_schemaguard.exceptions import DatabaseUnreadable

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.utils import CursorWrapper

Row: TypeAlias = tuple[Any, ...]
ByTable: TypeAlias = Mapping[str, Sequence[Row]]

# MariaDB opens each table for most of these, but only where `table_schema` (never
# `constraint_schema`, where both are) is compared with a constant. It does not
# open what a condition on `table_name` excludes.
_TABLES = """
SELECT table_name, table_type, engine, table_collation, table_comment,
  auto_increment
FROM information_schema.tables WHERE table_schema = DATABASE()
"""
_COLUMNS = """
SELECT table_name, column_name, column_type, is_nullable, column_default, extra,
  collation_name, column_comment, generation_expression
FROM information_schema.columns WHERE table_schema = DATABASE()
"""
_STATISTICS = """
SELECT table_name, index_name, non_unique, index_type, column_name, collation,
  sub_part, {expression}, {ignored}
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
# A trigger is shown to those alone who may make one.
_SESSION = """
SELECT DATABASE(), CURRENT_USER(), @@global.read_only, NULL
UNION ALL
SELECT event_object_table, trigger_name, action_timing, event_manipulation
FROM information_schema.triggers WHERE event_object_schema = DATABASE()
"""
# The UNION makes it a text; later versions of MariaDB have words for it.
_WRITABLE = frozenset({"0", "OFF"})
_ORDER = {
    "columns": " ORDER BY table_name, ordinal_position",
    "statistics": " ORDER BY table_name, index_name, seq_in_index",
    "key_columns": " ORDER BY table_name, constraint_name, ordinal_position",
}
_SKIPPED = 1684  # "… was skipped since its definition is being modified …"
_SKIPPED_TABLE = re.compile(r"'\.'(.*)' was skipped", re.DOTALL)
_LOCKED = frozenset({1205, _SKIPPED})
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Catalog:
    """The rows of each source, by table name and in key order.

    Attributes:
        tables: (type, engine, collation, comment, next number).
        columns: (name, type, is nullable, default, extra, collation, comment,
            generation expression).
        statistics: (index, non unique, method, column, order, length, expression,
            ignored).
        key_columns: Of foreign keys: (constraint, column, other database, table
            and column referred to).
        actions: (constraint, on delete, on update); empty without privilege.
        checks: (name, clause, level, enforced).
        sight: What the role may see.
        rights: What it may do with the rows.
        session: Who it is, and whether nothing can be written.
        triggers: (name, timing, event).
        locked: Tables that another session holds.
    """

    tables: Mapping[str, Row]
    columns: ByTable
    statistics: ByTable
    key_columns: ByTable
    actions: ByTable
    checks: ByTable
    sight: Sight
    rights: Rights
    session: Session
    triggers: ByTable
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
        counter = getattr(self.connection.connection, "warning_count", None)
        count = counter() if counter else 0
        if counter and not count:
            return set()
        self.cursor.execute("SHOW WARNINGS")
        warnings = self.cursor.fetchall()
        codes = {int(code) for _, code, _ in warnings}
        for _, _, text in warnings:
            skipped = _SKIPPED_TABLE.search(text)
            if skipped:
                self.locked.add(skipped[1])
        if codes & _LOCKED and count > len(warnings):
            raise _TablesLockedError  # More than the server keeps.
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
    """Return the catalog's rows: 8 statements, a few more where tables are locked.

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
    tables = _tables(session)
    expression = "NULL" if session.mariadb else "expression"
    ignored = "ignored" if may_ignore(session.connection) else "'NO'"
    checks = _CHECKS if session.mariadb else _CHECKS_OF_MYSQL
    grants, (database, role, read_only, _), triggers = _access(session)
    return Catalog(
        tables=tables,
        columns=session.by_table(_COLUMNS, _ORDER["columns"]),
        statistics=session.by_table(
            _STATISTICS.format(expression=expression, ignored=ignored),
            _ORDER["statistics"],
        ),
        key_columns=session.by_table(_KEY_COLUMNS, _ORDER["key_columns"]),
        actions=session.by_table(_ACTIONS),
        checks=session.by_table(checks),
        sight=sight_from(grants, str(database)),
        rights=rights_from(grants, str(database)),
        session=Session(str(role), str(read_only) not in _WRITABLE),
        triggers=triggers,
        locked=frozenset(session.locked),
    )


def _tables(session: _Session) -> dict[str, Row]:
    tables: dict[str, Row] = {name: tuple(row) for name, *row in session.rows(_TABLES)}
    if not session.warnings() & _LOCKED:
        return tables
    session.locked |= {
        name for name, (kind, engine, *_) in tables.items() if _unopened(kind, engine)
    }
    if not session.locked:
        raise _TablesLockedError
    # Inside a transaction a locked table has no row at all.
    return dict.fromkeys(session.locked, ("BASE TABLE", None, None, "", None)) | tables


def _access(session: _Session) -> tuple[list[str], Row, ByTable]:
    """Return the grants, (database, role, read only, None), and the triggers."""
    session.cursor.execute("SHOW GRANTS")
    grants = [str(line) for (line,) in session.cursor.fetchall()]
    session.cursor.execute(_SESSION)
    facts, *rows = session.cursor.fetchall()
    if facts[0] is None:
        raise DatabaseUnreadable(
            f"No database is chosen for '{session.connection.alias}'.",
            "Set NAME in settings.DATABASES.",
        )
    triggers: dict[str, list[Row]] = defaultdict(list)
    for table, *row in sorted(rows):
        triggers[table].append(tuple(row))
    return grants, facts, triggers


def _unopened(kind: str, engine: str | None) -> bool:
    return engine is None and kind != "VIEW"
