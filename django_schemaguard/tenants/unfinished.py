"""Schemas in which a run never ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.executor.tables import MODELS
from django_schemaguard.tenants.shapes import each_schema

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

JOURNAL = tuple(model._meta.db_table for model in MODELS)  # noqa: SLF001
_UNFINISHED = """
SELECT %s, EXISTS (SELECT FROM {schema}.schemaguard_run
                    WHERE status IN ('running', 'needs_resume', 'revert_blocked'))
"""
_JOURNALLED = """
SELECT ns.nspname
  FROM pg_catalog.pg_class rel
  JOIN pg_catalog.pg_namespace ns ON ns.oid = rel.relnamespace
 WHERE rel.relname = %s AND ns.nspname = ANY (%s)
   AND has_schema_privilege(ns.oid, 'USAGE') AND has_table_privilege(rel.oid, 'SELECT')
"""


def unfinished(connection: BaseDatabaseWrapper, schemas: list[str]) -> frozenset[str]:
    """Return the schemas whose journal has a run that never ended."""
    with connection.cursor() as cursor:
        cursor.execute(_JOURNALLED, [JOURNAL[0], schemas])
        journalled = [name for (name,) in cursor.fetchall()]
    found = each_schema(connection, _UNFINISHED, journalled)
    return frozenset(name for name, is_open in found.items() if is_open)
