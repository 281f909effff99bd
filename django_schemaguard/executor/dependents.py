"""What would vanish along with a column, and was not made by the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.backends.home import address

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.plan import Target

# PostgreSQL drops them silently with the column; views it refuses by itself.
_POSTGRESQL = """
SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attname = %(column)s
WHERE i.indrelid = to_regclass(%(table)s)
  AND (a.attnum = ANY(i.indkey) OR EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
    AND d.objid = i.indexrelid AND d.refclassid = 'pg_class'::regclass
    AND d.refobjid = i.indrelid AND d.refobjsubid = a.attnum))
UNION
SELECT k.conname FROM pg_constraint k
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attname = %(column)s
WHERE k.conrelid = to_regclass(%(table)s) AND a.attnum = ANY(k.conkey)
  AND k.contype <> 'n'
ORDER BY 1
"""
_MYSQL = """
SELECT DISTINCT index_name FROM information_schema.statistics
WHERE table_schema = database() AND table_name = %(table)s
  AND column_name = %(column)s ORDER BY 1
"""


def dependents(connection: BaseDatabaseWrapper, target: Target) -> tuple[str, ...]:
    """Return the indexes and constraints on a column; none for other objects.

    SQLite refuses to drop a column that anything stands on.
    """
    sql = {"postgresql": _POSTGRESQL, "mysql": _MYSQL}.get(connection.vendor)
    if target.kind != "column" or sql is None:
        return ()
    table = target.table.name
    if connection.vendor == "postgresql":
        table = address(connection, target.table)
    with connection.cursor() as cursor:
        cursor.execute(sql, {"table": table, "column": target.name})
        return tuple(str(row[0]) for row in cursor.fetchall())
