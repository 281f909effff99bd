"""A short word that another schema, in all likelihood, does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import Error as DjangoDatabaseError

from django_schemaguard.backends.postgresql import transaction
from django_schemaguard.backends.postgresql.session import failure

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

_OWN = 16_384  # FirstNormalObjectId: the server's own objects are below.

# By catalog: what a row is known by, and which rows count. A new default is a new row
# of pg_attribute, too.
_ROWS = {
    "pg_constraint": (
        "oid",
        f"oid >= {_OWN} AND conrelid NOT IN (SELECT oid FROM passing)",  # noqa: S608
    ),
    "pg_index": (
        "indexrelid",
        f"indexrelid >= {_OWN} AND indrelid NOT IN (SELECT oid FROM passing)",  # noqa: S608
    ),
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
}


def _sum(row: str) -> str:
    return f"count(*) || '.' || coalesce(sum(hash_record_extended(ROW({row}), 0)), 0)"


def _sums() -> str:
    return ",\n".join(
        f"(SELECT {_sum(f'{key}, {name}.xmin')} FROM pg_catalog.{name} WHERE {counted})"  # noqa: S608
        for name, (key, counted) in _ROWS.items()
    )


_STATEMENT = f"""
WITH known AS MATERIALIZED (
  SELECT oid, xmin AS version, relpersistence = 't' AS passing,
         relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AS has_columns
    FROM pg_catalog.pg_class WHERE oid >= {_OWN}
),
passing AS MATERIALIZED (SELECT oid FROM known WHERE passing),
-- An index is made anew when a column of it changes. OFFSET keeps a catalog from being
-- read as a whole, most of which is of indexes.
columns AS (
  SELECT col.*
    FROM known
   CROSS JOIN LATERAL (
         SELECT attrelid, attnum, xmin AS version FROM pg_catalog.pg_attribute
          WHERE attrelid = known.oid AND attnum > 0
         OFFSET 0) col
   WHERE known.has_columns AND NOT known.passing
),
-- Which column owns a sequence stands here alone.
owned AS (
  SELECT dep.objid, dep.refobjid, dep.refobjsubid, dep.version
    FROM pg_catalog.pg_sequence
   CROSS JOIN LATERAL (
         SELECT objid, refobjid, refobjsubid, xmin AS version
           FROM pg_catalog.pg_depend
          WHERE classid = 'pg_catalog.pg_class'::regclass AND objid = seqrelid
            AND deptype IN ('a', 'i')
         OFFSET 0) dep
   WHERE seqrelid NOT IN (SELECT oid FROM passing)
)
SELECT md5(concat_ws(' ',
  (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()),
  current_setting('server_version_num'), current_setting('search_path'),
  current_user,
  (SELECT {_sum("oid, version")} FROM known WHERE NOT passing),
  (SELECT {_sum("attrelid, attnum, version")} FROM columns),
  (SELECT {_sum("objid, refobjid, refobjsubid, version")} FROM owned),
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
        return str(transaction.rows(connection, [_STATEMENT])[0][0][0])
    except DjangoDatabaseError as error:
        raise failure(connection, error, "read the catalog of") from error
