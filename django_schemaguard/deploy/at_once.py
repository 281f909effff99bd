"""Which RunSQL is done as a whole or not at all, outside of a transaction, too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db.migrations.operations import RunSQL

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations.operations.base import Operation

# What leaves a part behind, or ends a transaction; in a name or a body, too, since
# who is in doubt may only be careful.
_IN_PARTS = re.compile(
    r"\b(concurrently|begin|start|commit|end|rollback|savepoint|call|do|vacuum|cluster"
    r"|reindex|database|system|pragma|attach|detach|load)\b",
    re.IGNORECASE,
)
# MariaDB drops and renames several tables one by one.
_ON_MARIADB = re.compile(
    r"\s*(select|insert|update|delete|alter\s+table|create\s+(unique\s+)?index)\b",
    re.IGNORECASE,
)
_WITHOUT_TRANSACTIONS = """
SELECT 1 FROM information_schema.tables
WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' AND engine <> 'InnoDB'
LIMIT 1
"""


def is_done_at_once(
    connection: BaseDatabaseWrapper, operation: Operation, *, backwards: bool
) -> bool:
    """Return whether the server undoes all that an operation did, where it refuses it.

    True of a RunSQL that is one statement; on PostgreSQL, one text, which it takes
    for a transaction.
    """
    if not isinstance(operation, RunSQL):
        return False
    sql = operation.reverse_sql if backwards else operation.sql
    split = connection.ops.prepare_sql_script
    found = [each for text in texts_of(sql) for each in split(text)]
    if len(found) != 1 or _IN_PARTS.search(found[0]):
        return False
    if connection.vendor != "mysql":
        return True
    return bool(_ON_MARIADB.match(found[0])) and not _has_others(connection)


def texts_of(sql: Any) -> list[str]:
    """Return the SQL that RunSQL was given, without parameters; none for a noop."""
    given = sql if isinstance(sql, list | tuple) else [sql]
    return [each if isinstance(each, str) else str(each[0]) for each in given if each]


def _has_others(connection: BaseDatabaseWrapper) -> bool:
    """Return whether a table is in an engine that keeps what a statement began."""
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT_TRANSACTIONS)
        return cursor.fetchone() is not None
