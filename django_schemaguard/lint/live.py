"""What the database is asked about the tables that a plan touches; read-only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import Error as DjangoDatabaseError

from django_schemaguard.backends import backend_for
from django_schemaguard.backends.base import Limits
from django_schemaguard.backends.connect import one_line
from django_schemaguard.exceptions import SchemaguardError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.schema import TableRef

# Rows are counted up to here where the server keeps no estimate.
COUNTED = 100_001

_POSTGRESQL_ROWS = """
    WITH RECURSIVE part(oid) AS (
        SELECT to_regclass(%s)::oid
        UNION ALL
        SELECT inhrelid FROM pg_inherits JOIN part ON inhparent = part.oid
    )
    SELECT CASE WHEN bool_or(reltuples < 0) THEN NULL ELSE sum(reltuples)::bigint END
    FROM part JOIN pg_class c ON c.oid = part.oid AND c.relkind IN ('r', 'm')
"""
_MARIADB_ROWS = """
    SELECT table_rows FROM information_schema.tables
    WHERE table_schema = DATABASE() AND table_name = %s
"""
_POSTGRESQL_TYPE = """
    SELECT format_type(atttypid, atttypmod) FROM pg_attribute
    WHERE attrelid = to_regclass(%s) AND attname = %s AND NOT attisdropped
"""
_MARIADB_TYPE = """
    SELECT column_type FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = %s AND column_name = %s
"""


class Unknown(SchemaguardError):
    """A question that got no answer; says why, as a clause."""


class Live:
    """A database that may be asked; each answer is kept."""

    def __init__(self, connection: BaseDatabaseWrapper, statement_ms: int) -> None:
        self.connection = connection
        self._limits = Limits(statement_ms=statement_ms)
        self._rows: dict[str, int | None] = {}

    @property
    def vendor(self) -> str:
        """Django's name of the kind of server."""
        return self.connection.vendor

    def query(self, sql: str, *values: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query, with bounded waits.

        Raises:
            Unknown: The server refused, or took too long.
        """
        try:
            with (
                backend_for(self.connection).bounded(self.connection, self._limits),
                self.connection.cursor() as cursor,
            ):
                cursor.execute(sql, values or None)
                return list(cursor.fetchall())
        except DjangoDatabaseError as error:
            first = DjangoDatabaseError(str(error).strip().partition("\n")[0])
            reason = one_line(first, self.connection).rstrip(".")
            raise Unknown(f"the database did not answer: {reason}") from error

    def rows(self, table: TableRef) -> int | None:
        """Return about how many rows a table has; None where it does not exist.

        At most `COUNTED` where the server has no estimate.
        """
        name = table.name
        if name not in self._rows:
            self._rows[name] = self._read_rows(name)
        return self._rows[name]

    def _read_rows(self, name: str) -> int | None:
        if name not in self.tables:
            return None
        estimate: Sequence[tuple[Any, ...]] = ()
        if self.vendor == "postgresql":
            estimate = self.query(_POSTGRESQL_ROWS, self.quoted(name))
        elif self.vendor == "mysql":
            estimate = self.query(_MARIADB_ROWS, name)
        if estimate and estimate[0][0] is not None:
            return int(estimate[0][0])
        return self.count(f"SELECT 1 FROM {self.quoted(name)}", COUNTED)  # noqa: S608

    @property
    def tables(self) -> frozenset[str]:
        """The names of the tables that there are."""
        if not hasattr(self, "_tables"):
            with self.connection.cursor() as cursor:
                names = self.connection.introspection.table_names(cursor)
            self._tables = frozenset(names)
        return self._tables

    def require(self, table: str, columns: Iterable[str]) -> None:
        """Make sure that a table has these columns.

        SQLite would take a name that it does not know for a text.

        Raises:
            Unknown: It has not, since an earlier migration of the plan adds them.
        """
        if table not in self.tables:
            raise Unknown(f"table '{table}' is not there yet")
        there = self.columns(table)
        for name in columns:
            if name not in there:
                raise Unknown(f"column '{table}.{name}' is not there yet")

    def columns(self, table: str) -> frozenset[str]:
        """Return the names of a table's columns; none where it does not exist."""
        if table not in self.tables:
            return frozenset()
        with self.connection.cursor() as cursor:
            told = self.connection.introspection.get_table_description(cursor, table)
        return frozenset(column.name for column in told)

    def count(self, sql: str, most: int) -> int:
        """Return how many rows a query has, up to a bound."""
        rows = self.query(f"SELECT COUNT(*) FROM ({sql} LIMIT {most}) counted")  # noqa: S608
        return int(rows[0][0])

    def exists(self, sql: str) -> bool:
        """Return whether a query has any row."""
        return bool(self.query(f"{sql} LIMIT 1"))

    def quoted(self, name: str) -> str:
        """Return a name as it stands in SQL."""
        return self.connection.ops.quote_name(name)

    def is_empty(self, table: TableRef) -> bool:
        """Return whether a table is there and has no row."""
        name = table.name
        return name in self.tables and not self.exists(
            f"SELECT 1 FROM {self.quoted(name)}"  # noqa: S608
        )

    def is_partitioned(self, table: TableRef) -> bool:
        """Return whether a table of PostgreSQL is partitioned."""
        sql = "SELECT relkind = 'p' FROM pg_class WHERE oid = to_regclass(%s)"
        rows = self.query(sql, self.quoted(table.name))
        return bool(rows and rows[0][0])

    def has_invalid_index(self, name: str) -> bool:
        """Return whether an index of PostgreSQL is there, and is INVALID."""
        sql = "SELECT NOT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)"
        rows = self.query(sql, self.quoted(name))
        return bool(rows and rows[0][0])

    def settled(self, type_name: str) -> str:
        """Return one spelling for all names of a type."""
        return backend_for(self.connection).canonical_type(type_name)

    def type_of(self, table: str, column: str) -> str | None:
        """Return the type of a column; None where there is none."""
        if self.vendor == "postgresql":
            rows = self.query(_POSTGRESQL_TYPE, self.quoted(table), column)
        else:
            rows = self.query(_MARIADB_TYPE, table, column)
        return self.settled(str(rows[0][0])) if rows else None

    def lock_timeout(self) -> str:
        """Return the lock timeout of PostgreSQL's session; "0" for none."""
        with self.connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            return str(cursor.fetchone()[0])

    def is_pooled(self) -> bool:
        """Return whether PostgreSQL's session is another one than the driver's."""
        info = getattr(self.connection.connection, "info", None)
        pid = getattr(info, "backend_pid", None)
        return pid is not None and self.query("SELECT pg_backend_pid()") != [(pid,)]
