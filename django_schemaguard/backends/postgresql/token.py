"""A short word that another schema, in all likelihood, does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import Error as DjangoDatabaseError

from django_schemaguard.backends.postgresql.session import failure

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

_OWN = 16_384  # FirstNormalObjectId: the server's own objects are below.

# By catalog: what a row is known by, and which rows count.
_ROWS = {
    "pg_class": ("oid", f"oid >= {_OWN} AND relpersistence <> 't'"),
    "pg_attribute": (
        "attrelid, attnum",
        "attnum > 0 AND attrelid IN (SELECT oid FROM lasting)",
    ),
    "pg_constraint": (
        "oid",
        f"oid >= {_OWN} AND conrelid NOT IN (SELECT oid FROM passing)",  # noqa: S608
    ),
    "pg_index": (
        "indexrelid",
        f"indexrelid >= {_OWN} AND indrelid NOT IN (SELECT oid FROM passing)",  # noqa: S608
    ),
    "pg_attrdef": ("oid", "adrelid NOT IN (SELECT oid FROM passing)"),
    "pg_trigger": ("oid", f"oid >= {_OWN}"),
    "pg_sequence": ("seqrelid", "seqrelid NOT IN (SELECT oid FROM passing)"),
    "pg_description": ("objoid, classoid, objsubid", f"objoid >= {_OWN}"),
    # Each table has a type, of its own name.
    "pg_type": ("oid", f"oid >= {_OWN} AND typrelid = 0 AND typelem = 0"),
    "pg_enum": ("oid", f"oid >= {_OWN}"),
    "pg_collation": ("oid", f"oid >= {_OWN}"),
    "pg_proc": ("oid", f"oid >= {_OWN}"),
    "pg_rewrite": ("oid", f"oid >= {_OWN}"),
    "pg_policy": ("oid", "true"),
    "pg_inherits": ("inhrelid, inhparent", "true"),
    "pg_namespace": ("oid", "nspname !~ '^pg_'"),
    "pg_extension": ("oid", "true"),
    "pg_auth_members": ("roleid, member", "true"),
    # Which column owns a sequence stands here alone.
    "pg_depend": (
        "objid, refobjid, refobjsubid",
        """classid = 'pg_catalog.pg_class'::regclass AND deptype IN ('a', 'i')
           AND objid IN (SELECT seqrelid FROM pg_catalog.pg_sequence)
           AND objid NOT IN (SELECT oid FROM passing)""",
    ),
}


def _sums() -> str:
    return ",\n".join(
        f"(SELECT count(*) || '.' || coalesce(sum(hash_record_extended("  # noqa: S608
        f"ROW({key}, {name}.xmin), 0)), 0)"
        f" FROM pg_catalog.{name} WHERE {counted})"
        for name, (key, counted) in _ROWS.items()
    )


_STATEMENT = f"""
WITH passing AS MATERIALIZED (
  SELECT oid FROM pg_catalog.pg_class WHERE relpersistence = 't'
),
-- An index is made anew when a column of it changes.
lasting AS MATERIALIZED (
  SELECT oid FROM pg_catalog.pg_class
   WHERE oid >= {_OWN} AND relpersistence <> 't'
     AND relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
)
SELECT md5(concat_ws(' ',
  (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()),
  current_setting('server_version_num'), current_setting('search_path'),
  current_user,
{_sums()}))
"""  # noqa: S608


def token(connection: BaseDatabaseWrapper) -> str:
    """Return a word for the state of the catalog, from the rows' transactions.

    It changes with every change of the schema, of privileges and of the role and
    search path it is read with, and with some that change nothing (TRUNCATE,
    CLUSTER, REINDEX). VACUUM, ANALYZE and temporary tables leave it alone.

    Raises:
        DatabaseUnreadable: The catalog cannot be read.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(_STATEMENT)
            return str(cursor.fetchone()[0])
    except DjangoDatabaseError as error:
        raise failure(connection, error, "read the catalog of") from error
