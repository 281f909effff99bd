"""Triggers, functions, views, policies, grants, enum types and extensions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import Error as DjangoDatabaseError

from django_schemaguard.backends.postgresql import transaction
from django_schemaguard.backends.postgresql.ledger_functions import SCHEMA
from django_schemaguard.backends.postgresql.session import failure
from django_schemaguard.core.schema import OtherObject

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

# Of the schemas of the search path, without what belongs to an extension: that goes
# with its version.
_OBJECTS = f"""
WITH ns AS MATERIALIZED (
  SELECT oid FROM pg_catalog.pg_namespace
   WHERE nspname = ANY (current_schemas(false)) AND nspname !~ '^pg_'
     AND nspname <> '{SCHEMA}'
),
owned AS MATERIALIZED (
  SELECT classid, objid FROM pg_catalog.pg_depend WHERE deptype = 'e'
),
rel AS MATERIALIZED (
  SELECT rel.* FROM pg_catalog.pg_class rel
   WHERE rel.relnamespace IN (SELECT oid FROM ns)
     AND ('pg_catalog.pg_class'::regclass, rel.oid) NOT IN (SELECT * FROM owned)
)
SELECT 'trigger', trig.tgname::text, rel.relname::text,
       pg_get_triggerdef(trig.oid)
       || CASE trig.tgenabled WHEN 'O' THEN '' WHEN 'D' THEN ' DISABLED'
          WHEN 'R' THEN ' ENABLED REPLICA' ELSE ' ENABLED ALWAYS' END
  FROM rel
  JOIN pg_catalog.pg_trigger trig ON trig.tgrelid = rel.oid
 WHERE NOT trig.tgisinternal AND trig.tgparentid = 0
 UNION ALL
SELECT CASE proc.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END,
       proc.proname || '(' || pg_get_function_identity_arguments(proc.oid) || ')',
       NULL, pg_get_functiondef(proc.oid)
  FROM pg_catalog.pg_proc proc
 WHERE proc.pronamespace IN (SELECT oid FROM ns) AND proc.prokind IN ('f', 'p', 'w')
   AND ('pg_catalog.pg_proc'::regclass, proc.oid) NOT IN (SELECT * FROM owned)
 UNION ALL
SELECT CASE rel.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END,
       rel.relname, NULL, pg_get_viewdef(rel.oid)
  FROM rel
 WHERE rel.relkind IN ('v', 'm')
 UNION ALL
SELECT 'policy', policy.policyname, policy.tablename,
       concat_ws(' ', policy.permissive, 'FOR', policy.cmd,
                 'TO', array_to_string(policy.roles, ', '),
                 'USING (' || policy.qual || ')',
                 'WITH CHECK (' || policy.with_check || ')')
  FROM pg_catalog.pg_policies policy
 WHERE policy.schemaname = ANY (current_schemas(false))
 UNION ALL
SELECT 'row security', rel.relname, rel.relname,
       CASE WHEN rel.relforcerowsecurity THEN 'forced' ELSE 'enabled' END
  FROM rel
 WHERE rel.relrowsecurity
 UNION ALL
SELECT 'grant', coalesce(role.rolname, 'PUBLIC'), rel.relname,
       string_agg(acl.privilege_type
                  || CASE WHEN acl.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END,
                  ', ' ORDER BY acl.privilege_type)
  FROM rel
 CROSS JOIN LATERAL aclexplode(rel.relacl) acl
  LEFT JOIN pg_catalog.pg_roles role ON role.oid = acl.grantee
 WHERE acl.grantee <> rel.relowner
 GROUP BY rel.relname, role.rolname
 UNION ALL
SELECT 'enum type', type.typname, NULL,
       (SELECT string_agg(quote_literal(enum.enumlabel), ', '
                          ORDER BY enum.enumsortorder)
          FROM pg_catalog.pg_enum enum WHERE enum.enumtypid = type.oid)
  FROM pg_catalog.pg_type type
 WHERE type.typnamespace IN (SELECT oid FROM ns) AND type.typtype = 'e'
   AND ('pg_catalog.pg_type'::regclass, type.oid) NOT IN (SELECT * FROM owned)
 UNION ALL
SELECT 'extension', ext.extname, NULL, ext.extversion
  FROM pg_catalog.pg_extension ext
"""  # noqa: S608


def read_objects(connection: BaseDatabaseWrapper) -> tuple[OtherObject, ...]:
    """Return what else the schemas of the search path hold, in one statement.

    Call it inside `bounded`; printing a view or trigger waits for whoever locks its
    table.

    Raises:
        DatabaseUnreadable: The statement failed or timed out.
    """
    try:
        (rows,) = transaction.rows(connection, [_OBJECTS])
    except DjangoDatabaseError as error:
        what = "read the triggers, functions and views of"
        raise failure(connection, error, what) from error
    found = (
        OtherObject(label, name, (definition or "").strip(), table)
        for label, name, table, definition in rows
    )
    return tuple(sorted(found, key=lambda it: (it.label, it.table or "", it.name)))
