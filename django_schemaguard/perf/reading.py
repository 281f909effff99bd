"""What the server has counted of each statement."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError

from django_schemaguard.backends.connect import one_line
from django_schemaguard.backends.postgresql.words import quoted
from django_schemaguard.perf.texts import fingerprint, is_counted, normal_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True, slots=True)
class Untold:
    """Why the server tells nothing, and what would let it.

    Attributes:
        reason: One sentence.
        hint: One action; "" where there is none.
        refused: The server keeps them, and would not tell.
    """

    reason: str
    hint: str = ""
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Stat:
    """One statement, counted since the server began to.

    Attributes:
        fingerprint: Of the normal text.
        text: The normal text.
        calls: How often it ran.
        total_ms: How long all runs took.
        squares: The sum of the squares of their milliseconds; 0 where not told.
        rows: How many rows they gave or changed.
        blocks: How many blocks they looked at; on MariaDB rows.
        since: When the server began to count it; None where that is not told.
    """

    fingerprint: str
    text: str
    calls: int
    total_ms: float
    squares: float = 0.0
    rows: int = 0
    blocks: int = 0
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """All statements of one database, the costliest first.

    Attributes:
        reset: When the counts were reset last.
        evicted: How often the server has given up statements for want of room.
        hidden: Statements of other roles whose text may not be read.
    """

    stats: tuple[Stat, ...]
    reset: datetime | None = None
    evicted: int | None = None
    hidden: int = 0


_RIGHTS = {
    "postgresql": "Run GRANT pg_read_all_stats for the role, and see that"
    " pg_stat_statements is in shared_preload_libraries.",
    "mysql": "Run GRANT SELECT ON performance_schema.* for the role.",
}


def read_statements(connection: BaseDatabaseWrapper) -> Reading | Untold:
    """Read what the server counted; nothing is reset.

    Call it in a transaction with bounded waits; a failure may leave that unusable.
    """
    try:
        match connection.vendor:
            case "postgresql":
                return _postgresql(connection)
            case "mysql":
                return _mysql(connection)
            case "sqlite":
                return Untold("SQLite keeps no statistics of statements.")
            case vendor:
                return Untold(f"No statistics of {vendor} are known here.")
    except DatabaseError as error:
        return Untold(
            f"The statistics cannot be read: {one_line(error, connection)}",
            _RIGHTS[connection.vendor],
            refused=True,
        )


def _rows(
    connection: BaseDatabaseWrapper, sql: str, parameters: Iterable[Any] = ()
) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(parameters))
        return list(cursor.fetchall())


_INSTALLED = """
SELECT ns.nspname, array_agg(col.attname::text)
  FROM pg_catalog.pg_extension ext
  JOIN pg_catalog.pg_namespace ns ON ns.oid = ext.extnamespace
  JOIN pg_catalog.pg_class rel
    ON rel.relnamespace = ns.oid AND rel.relname = 'pg_stat_statements'
  JOIN pg_catalog.pg_attribute col ON col.attrelid = rel.oid AND col.attnum > 0
 WHERE ext.extname = 'pg_stat_statements'
 GROUP BY ns.nspname
"""
_STATEMENTS = """
SELECT stat.query, stat.calls, stat.total_exec_time,
       stat.calls * (stat.stddev_exec_time ^ 2 + stat.mean_exec_time ^ 2),
       stat.rows, stat.shared_blks_hit + stat.shared_blks_read, {since},
       stat.queryid IS NULL
  FROM {schema}.pg_stat_statements stat
 WHERE stat.dbid = (SELECT oid FROM pg_catalog.pg_database
                     WHERE datname = current_database())
   AND stat.calls > 0
 ORDER BY stat.total_exec_time DESC
 LIMIT 5000
"""
_INFO = "SELECT stats_reset, dealloc FROM {schema}.pg_stat_statements_info"
_INSTALL = (
    "Put it into shared_preload_libraries, restart the server, and run"
    " CREATE EXTENSION pg_stat_statements."
)


def _postgresql(connection: BaseDatabaseWrapper) -> Reading | Untold:
    installed = _rows(connection, _INSTALLED)
    if not installed:
        return Untold(
            f"Extension pg_stat_statements is not in database '{connection.alias}'.",
            _INSTALL,
        )
    ((schema, columns),) = installed
    since = "stat.stats_since" if "stats_since" in columns else "NULL::timestamptz"
    schema = quoted(schema)
    rows = _rows(connection, _STATEMENTS.format(schema=schema, since=since))
    ((reset, evicted),) = _rows(connection, _INFO.format(schema=schema))
    told = _summed(Stat("", *row[:-1]) for row in rows if not row[-1])
    hidden = sum(row[-1] for row in rows)
    if hidden and not told:
        ((role,),) = _rows(connection, "SELECT quote_ident(current_user)")
        return Untold(
            f"Role {role} may read no statement but its own, and has run none of the"
            " project's.",
            f"GRANT pg_read_all_stats TO {role};",
            refused=True,
        )
    return Reading(told, reset, evicted, hidden)


_DIGESTS = """
SELECT DIGEST_TEXT, COUNT_STAR, SUM_TIMER_WAIT / 1000000000,
       SUM_ROWS_SENT + SUM_ROWS_AFFECTED, SUM_ROWS_EXAMINED,
       UNIX_TIMESTAMP(FIRST_SEEN)
  FROM performance_schema.events_statements_summary_by_digest
 WHERE SCHEMA_NAME = DATABASE() AND DIGEST_TEXT IS NOT NULL AND COUNT_STAR > 0
 ORDER BY SUM_TIMER_WAIT DESC
 LIMIT 5000
"""
_CONSUMED = """
SELECT MIN(ENABLED) FROM performance_schema.setup_consumers
 WHERE NAME IN ('global_instrumentation', 'statements_digest')
"""
_LOST = "SHOW GLOBAL STATUS LIKE 'Performance_schema_digest_lost'"


def _mysql(connection: BaseDatabaseWrapper) -> Reading | Untold:
    if not _rows(connection, "SELECT @@performance_schema")[0][0]:
        return Untold(
            f"performance_schema is off on the server of '{connection.alias}'.",
            "Set performance_schema=ON in the server's configuration and restart it.",
        )
    if _rows(connection, _CONSUMED)[0][0] != "YES":
        return Untold(
            f"The server of '{connection.alias}' keeps no digests of statements.",
            "Enable statements_digest in performance_schema.setup_consumers.",
        )
    rows = _rows(connection, _DIGESTS)
    ((_, lost),) = _rows(connection, _LOST)
    return Reading(_summed(_digest(*row) for row in rows), evicted=int(lost))


def _digest(  # noqa: PLR0913, PLR0917  The columns of a row.
    text: str, calls: Any, total: Any, rows: Any, examined: Any, since: Any
) -> Stat:
    return Stat(
        fingerprint="",
        text=text,
        calls=int(calls),
        total_ms=float(total),
        rows=int(rows),
        blocks=int(examined),
        since=datetime.fromtimestamp(float(since), UTC),
    )


def _summed(stats: Iterable[Stat]) -> tuple[Stat, ...]:
    """Sum what has one normal text: of several roles, plans or spellings."""
    found: dict[str, Stat] = {}
    for stat in stats:
        text = normal_text(stat.text)
        if is_counted(text):
            key = fingerprint(text)
            each = replace(stat, fingerprint=key, text=text)
            found[key] = _sum(found[key], each) if key in found else each
    return tuple(sorted(found.values(), key=lambda it: (-it.total_ms, it.text)))


def _sum(one: Stat, other: Stat) -> Stat:
    known = [since for since in (one.since, other.since) if since is not None]
    return replace(
        one,
        calls=one.calls + other.calls,
        total_ms=one.total_ms + other.total_ms,
        squares=one.squares + other.squares,
        rows=one.rows + other.rows,
        blocks=one.blocks + other.blocks,
        since=min(known, default=None),
    )
