"""What the ledger tells of some objects, in one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django_schemaguard.backends.postgresql import transaction
from django_schemaguard.backends.postgresql.ledger_functions import SCHEMA
from django_schemaguard.core.ledger import Entry, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.backends.base.base import BaseDatabaseWrapper

_COLUMNS = """at, role, login, application, client, command, dropped, object_type,
       object_identity, object_schema, object_table, object_name, statement,
       transaction, run"""

# A schema that is gone may have been on the path; `place` is then 0. What GRANT and
# REVOKE are about is not told, nor the name that a table had before it was renamed.
_ABOUT = f"""
SELECT {_COLUMNS}, place
  FROM (
    SELECT entry.*,
           coalesce(
             array_position(current_schemas(false)::text[], object_schema),
             CASE WHEN NOT EXISTS (SELECT FROM pg_catalog.pg_namespace ns
                                    WHERE ns.nspname = object_schema) THEN 0 END
           ) AS place,
           row_number() OVER (
             PARTITION BY object_schema, object_table, object_type, object_name, dropped
             ORDER BY id DESC) AS latest
      FROM {SCHEMA}.entry
     WHERE object_table = ANY (%(tables)s::text[])
        OR object_name = ANY (%(names)s::text[])
        OR command IN ('ALTER TABLE', 'GRANT', 'REVOKE')
           AND EXISTS (SELECT FROM unnest(%(renamed)s::text[]) AS word
                        WHERE position(lower(word) IN lower(statement)) > 0)
  ) AS found
 WHERE latest <= 200
 ORDER BY id DESC
 LIMIT 5000
"""  # noqa: S608

_LATEST = f"""
SELECT {_COLUMNS}, NULL
  FROM {SCHEMA}.entry
 WHERE %(table)s::text IS NULL OR object_table = %(table)s
    OR object_name = %(table)s
    OR %(table)s IN (object_schema || '.' || object_table,
                     object_schema || '.' || object_name)
 ORDER BY id DESC
 LIMIT %(limit)s
"""  # noqa: S608


def read_about(connection: BaseDatabaseWrapper, wanted: Wanted) -> tuple[Entry, ...]:
    """Return the entries about some objects, the latest first."""
    given = {
        "tables": sorted(wanted.tables),
        "names": sorted(wanted.names),
        "renamed": sorted(wanted.renamed),
    }
    return _entries(connection, _ABOUT, given)


def read_latest(
    connection: BaseDatabaseWrapper, table: str | None, limit: int
) -> tuple[Entry, ...]:
    """Return the latest entries, of all objects or about one table."""
    return _entries(connection, _LATEST, {"table": table, "limit": limit})


def _entries(
    connection: BaseDatabaseWrapper, sql: str, given: dict[str, Any]
) -> tuple[Entry, ...]:
    query = connection.ops.compose_sql(sql, given)  # type: ignore[attr-defined]
    (rows,) = transaction.rows(connection, [query])
    return tuple(map(_entry, rows))


def _entry(row: Iterable[Any]) -> Entry:
    """Return a row as an entry; a version of the ledger may lack some of it."""
    at, role, login, application, client, command, dropped, type_, *rest = row
    identity, schema, table, name, statement, number, run, place = rest
    return Entry(
        at,
        role or "",
        login or "",
        application or "",
        client,
        command or "",
        bool(dropped),
        type_ or "",
        identity or "",
        schema,
        table,
        name,
        statement or "",
        number or 0,
        run or "",
        place,
    )
