"""Tables that a schema has lost, and that another schema on its path has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.core.finding import Cause
from django_schemaguard.exceptions import SchemaguardError

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.report import DatabaseReport

_LOST = frozenset({Cause.DRIFT, Cause.FAKE_APPLIED})
_SEEN = """
SELECT rel.relname, ns.nspname FROM pg_catalog.pg_class rel
  JOIN pg_catalog.pg_namespace ns ON ns.oid = rel.relnamespace
 WHERE rel.relname = ANY (%s) AND rel.relkind IN ('r', 'p', 'f', 'v', 'm')
   AND pg_catalog.pg_table_is_visible(rel.oid)
   AND EXISTS (SELECT FROM pg_catalog.pg_class own
                WHERE own.relnamespace = to_regnamespace(quote_ident(current_schema()))
                  AND own.relkind IN ('r', 'p'))
 ORDER BY rel.relname
"""


class TwinInTheWay(SchemaguardError):
    """What is meant for a table of the schema would be done to that of another."""

    exit_code = 1


def refuse_twins(connection: BaseDatabaseWrapper, report: DatabaseReport) -> None:
    """Refuse to run migrations where they would change another schema's table.

    A schema without any table has lost none: all of its own are still to be made.

    Args:
        connection: Stands for the schema.
        report: Of a validation of the schema.

    Raises:
        TwinInTheWay: With the first such table.
    """
    lost = [
        verdict.finding.table.name
        for verdict in report.verdicts
        if verdict.finding.kind == "missing_table" and verdict.cause in _LOST
    ]
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, [lost])
        row = cursor.fetchone()
    if row is not None:
        name, schema = row
        raise TwinInTheWay(
            f"Table '{name}' is missing; a migration would change that of '{schema}'.",
            "Run 'manage.py schemaguard auto_fix' first.",
        )
