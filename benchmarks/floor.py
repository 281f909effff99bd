"""The floor: the bare catalog, over libpq alone, its rows left as they come."""

from __future__ import annotations

import psycopg
from psycopg import pq

STATEMENTS = (
    """
    SELECT rel.oid, ns.nspname, rel.relname, rel.relkind, rel.relpersistence
      FROM pg_catalog.pg_class rel
      JOIN pg_catalog.pg_namespace ns ON ns.oid = rel.relnamespace
     WHERE ns.nspname = 'public' AND rel.relkind IN ('r', 'p', 'f', 'v', 'm')
    """,
    """
    SELECT col.attrelid, col.attnum, col.attname,
           format_type(col.atttypid, col.atttypmod), col.attnotnull,
           col.attidentity, col.attgenerated, col.attcollation,
           pg_get_expr(def.adbin, def.adrelid)
      FROM pg_catalog.pg_attribute col
      JOIN pg_catalog.pg_class rel ON rel.oid = col.attrelid
      JOIN pg_catalog.pg_namespace ns ON ns.oid = rel.relnamespace
      LEFT JOIN pg_catalog.pg_attrdef def
        ON def.adrelid = col.attrelid AND def.adnum = col.attnum
     WHERE ns.nspname = 'public' AND rel.relkind IN ('r', 'p', 'f', 'v', 'm')
       AND col.attnum > 0 AND NOT col.attisdropped
    """,
    """
    SELECT con.conrelid, con.contype, con.conname, con.conkey, con.convalidated,
           con.condeferrable, con.condeferred, con.confrelid, con.confkey,
           con.confdeltype, con.confupdtype,
           pg_get_expr(con.conbin, con.conrelid)
      FROM pg_catalog.pg_constraint con
      JOIN pg_catalog.pg_namespace ns ON ns.oid = con.connamespace
     WHERE ns.nspname = 'public'
    """,
    """
    SELECT ind.indrelid, idx.relname, am.amname, ind.indisunique, ind.indisvalid,
           ind.indnkeyatts, ind.indkey, ind.indoption, ind.indclass,
           ind.indcollation, idx.reloptions,
           pg_get_expr(ind.indexprs, ind.indrelid),
           pg_get_expr(ind.indpred, ind.indrelid)
      FROM pg_catalog.pg_index ind
      JOIN pg_catalog.pg_class idx ON idx.oid = ind.indexrelid
      JOIN pg_catalog.pg_am am ON am.oid = idx.relam
      JOIN pg_catalog.pg_namespace ns ON ns.oid = idx.relnamespace
     WHERE ns.nspname = 'public'
    """,
    "SELECT app, name FROM django_migrations",
)


def read(dsn: str) -> None:
    """Connect, send the statements one after the other, drop what they return.

    Raises:
        RuntimeError: A statement failed.
    """
    connection = pq.PGconn.connect(dsn.encode())
    for statement in STATEMENTS:
        result = connection.exec_(statement.encode())
        if result.status != pq.ExecStatus.TUPLES_OK:
            raise RuntimeError(result.error_message.decode())
    connection.finish()


IMPLEMENTATION = pq.__impl__
DRIVER = psycopg.__version__
