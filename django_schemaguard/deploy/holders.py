"""Who holds the lock that a statement waited for in vain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db import Error

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

LATER = "Try again later."
_IDENTIFIER = re.compile(r'"([^"]+)"|`([^`]+)`')
_VALUE = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")
_LONGEST = 80
# Whoever ran more than one statement shows the last one, which may not be the one
# that took the lock. What a role may not see is NULL.
_POSTGRESQL = """
SELECT DISTINCT a.pid, coalesce(nullif(a.application_name, ''), a.usename),
  to_char(a.xact_start, 'HH24:MI:SS'), a.state, a.query
FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
  JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'relation' AND l.granted AND c.relname = ANY(%s)
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND l.pid <> pg_backend_pid()
ORDER BY a.pid
"""
# Without a plugin, MariaDB shows no metadata locks: only who has a transaction open.
_MARIADB = """
SELECT p.id, concat(p.user, '@', p.host), date_format(t.trx_started, '%%H:%%i:%%s'),
  lower(p.command), p.info
FROM information_schema.innodb_trx t
  JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id
WHERE p.id <> connection_id() AND p.db = database()
ORDER BY t.trx_started
"""


def in_the_way(connection: BaseDatabaseWrapper, statement: str) -> str:
    """Return who holds the lock, as far as the server shows it, and what to do.

    Args:
        connection: Outside of any transaction.
        statement: The one that waited, with quoted names; "" where it is not known.
    """
    found = _holders(connection, statement)
    if not found:
        return f"Another transaction holds the lock. {LATER}"
    may = "may hold" if connection.vendor == "mysql" else "holds"
    return " ".join([*(f"{who} {may} the lock{what}." for who, what in found), LATER])


def _holders(connection: BaseDatabaseWrapper, statement: str) -> list[tuple[str, str]]:
    """Return each holder, and what it runs or ran last."""
    names = [first or second for first, second in _IDENTIFIER.findall(statement)]
    match connection.vendor:
        case "postgresql" if names:
            rows = _rows(connection, _POSTGRESQL, [names])
        case "mysql":
            rows = _rows(connection, _MARIADB, [])
        case _:
            rows = []
    return [_told(*row) for row in rows]


def _rows(
    connection: BaseDatabaseWrapper, sql: str, params: list[list[str]]
) -> list[tuple[object, ...]]:
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return list(cursor.fetchall())
    except Error:  # MariaDB lets only roles with PROCESS look.
        return []


def _told(
    pid: object, who: object, since: object, state: object, sql: object
) -> tuple[str, str]:
    facts = [str(who or ""), f"since {since}" if since else "", str(state or "")]
    told = ", ".join(filter(None, facts))
    text = _VALUE.sub("?", " ".join(str(sql or "").split()))
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST - 1]}…"
    return f"Session {pid} ({told})", f" ({text})" if text else ""
