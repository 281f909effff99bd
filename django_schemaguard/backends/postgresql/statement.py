"""The one statement that reads the catalog.

Each part is a JSON array of its columns, each an array of its own: that takes both
the server and the client less time than an array for each row.
"""

from __future__ import annotations

from django_schemaguard.backends.postgresql.ledger_functions import SCHEMA
from django_schemaguard.backends.postgresql.parts import PARTS, SESSION
from django_schemaguard.backends.postgresql.words import split

_PG_18 = 18_00_00
_FIRST_UNPINNED = 12_000  # FirstUnpinnedObjectId in access/transam.h.


# Names of the system catalog are qualified, for a search path may put another
# schema first. The percent sign belongs to the driver, hence no LIKE.
_WITH = """
WITH held AS MATERIALIZED (
  SELECT lock.relation, min(lock.pid) AS pid
    FROM pg_catalog.pg_locks lock
   WHERE lock.locktype = 'relation'
     AND lock.mode = 'AccessExclusiveLock'
     AND lock.pid IS DISTINCT FROM pg_backend_pid()
     AND lock.database = (
           SELECT oid FROM pg_catalog.pg_database
            WHERE datname = current_database())
   GROUP BY lock.relation
),
readable AS MATERIALIZED (
  SELECT rel.oid, ns.nspname, rel.relname, rel.relkind, rel.relpersistence,
         rel.relrowsecurity,
         NOT %(deparse)s OR held.relation IS NOT NULL AS hidden, held.pid
    FROM pg_catalog.pg_class rel
    JOIN pg_catalog.pg_namespace ns ON ns.oid = rel.relnamespace
    LEFT JOIN held ON held.relation = rel.oid
   WHERE rel.relkind IN ('r', 'p', 'f', 'v', 'm')
     AND rel.relpersistence <> 't'
     AND ns.nspname !~ '^pg_'
     AND ns.nspname NOT IN ('information_schema', '{ledger}')
     AND ns.nspname = ANY (current_schemas(false) || %(namespaces)s::name[])
     AND (rel.relname = ANY (%(names)s::name[])
          OR NOT (rel.relispartition
                  OR EXISTS (
                       SELECT FROM pg_catalog.pg_depend dep
                        WHERE dep.classid = 'pg_catalog.pg_class'::regclass
                          AND dep.objid = rel.oid
                          AND dep.deptype = 'e')))
),
expected AS MATERIALIZED (
  SELECT * FROM readable
   WHERE relname = ANY (%(names)s::name[]) AND relkind IN ('r', 'p', 'f')
),
lacking AS MATERIALIZED (
  SELECT rel.oid, word.word,
         word.word <> 'DELETE' AND has_any_column_privilege(
           rel.oid, CASE WHEN word.word <> 'DELETE' THEN word.word ELSE 'SELECT' END
         ) AS partly
    FROM expected rel
   CROSS JOIN unnest('{{SELECT,INSERT,UPDATE,DELETE}}'::text[]) AS word (word)
   WHERE NOT has_table_privilege(rel.oid, word.word)
),
drawn AS MATERIALIZED (
  -- Not the column itself, on which each default depends, too.
  SELECT used.objid AS definition, used.refobjid AS sequence
    FROM pg_catalog.pg_depend used
   WHERE used.classid = 'pg_catalog.pg_attrdef'::regclass
     AND used.refclassid = 'pg_catalog.pg_class'::regclass
     AND used.refobjsubid = 0
),
numbering AS MATERIALIZED (
  SELECT dep.refobjid AS relation, dep.refobjsubid AS number, dep.objid AS sequence,
         true AS owned
    FROM expected rel
    JOIN pg_catalog.pg_depend dep
      ON dep.refclassid = 'pg_catalog.pg_class'::regclass AND dep.refobjid = rel.oid
   WHERE dep.classid = 'pg_catalog.pg_class'::regclass AND dep.deptype = 'i'
     AND dep.refobjsubid > 0
   UNION ALL
  SELECT def.adrelid, def.adnum, drawn.sequence,
         EXISTS (
           SELECT FROM pg_catalog.pg_depend own
            WHERE own.classid = 'pg_catalog.pg_class'::regclass
              AND own.objid = drawn.sequence
              AND own.refclassid = 'pg_catalog.pg_class'::regclass
              AND own.refobjid = def.adrelid
              AND own.refobjsubid = def.adnum
              AND own.deptype = 'a')
    FROM drawn
    JOIN pg_catalog.pg_attrdef def ON def.oid = drawn.definition
   -- A join would go through all expected tables for each sequence, since how many
   -- there are is not known when this is planned; with IS TRUE they are hashed.
   WHERE (def.adrelid IN (SELECT oid FROM expected)) IS TRUE
),
wanted AS MATERIALIZED (
  SELECT name
    FROM unnest(%(names)s::name[]) AS name
   WHERE name NOT IN (SELECT relname FROM readable WHERE pg_table_is_visible(oid))
     AND to_regclass(quote_ident(name::text)) IS NULL
)
"""


def _part(columns: str, source: str) -> str:
    arrays = ", ".join(f"json_agg({column})" for column in split(columns))
    return f"(SELECT json_build_array({arrays}){source})::text"


_CATALOG = ",\n".join([*(_part(*part) for part in PARTS), SESSION])


def statement(version: int) -> str:
    """Return the statement for a server version such as 150018.

    Its parameters are `deparse`, `namespaces` and `names`.
    """
    known = version >= _PG_18
    return f"{_WITH}SELECT {_CATALOG}".format(
        enforced="con.conenforced" if known else "true",
        period="con.conperiod" if known else "false",
        ledger=SCHEMA,
        first_unpinned=_FIRST_UNPINNED,
    )
