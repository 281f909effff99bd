"""The one statement that tells the shape of every schema, and none of their names.

A shape is a sum of hashes, one for each column, default, constraint, index, trigger
and comment, each in words that are the same in every schema: an object of the same
schema goes by its name, any other by its oid. Expressions are hashed as the server
stores them, without their position in the text that they came from; to print them,
it would have to open each table. Only where a schema has types of its own, whose
oids stand inside expressions, are they printed.
"""

from __future__ import annotations

from django_schemaguard.backends.postgresql.ledger_functions import SCHEMA

# A sequence in a default stands there by its oid; `used` says which one it is.
_STRIPPED = (
    "regexp_replace({tree}::text,"
    " ':(stmt_)?location -?[0-9]+|:consttype 2205 [^}}]*', '', 'g')"
)


def _said(tree: str, relation: str) -> str:
    stripped = _STRIPPED.format(tree=tree)
    return (
        f"CASE WHEN rel.own_types"
        f" THEN replace(pg_get_expr({tree}, {relation}), rel.prefix, '')"
        f" ELSE {stripped} END"
    )


_SHAPES = """
WITH chosen AS MATERIALIZED (
  SELECT ns.oid, ns.nspname, ns.nspacl,
         quote_ident(ns.nspname) || '.' AS prefix,
         EXISTS (SELECT FROM pg_catalog.pg_type type
                  WHERE type.typnamespace = ns.oid AND type.typtype IN ('e', 'd'))
           AS own_types
    FROM pg_catalog.pg_namespace ns
   WHERE ns.nspname ~ ANY (%(patterns)s)
     AND ns.nspname !~ '^pg_'
     AND ns.nspname NOT IN ('information_schema', '{ledger}')
),
rel AS MATERIALIZED (
  SELECT rel.oid, rel.relname, rel.relkind, rel.relpersistence, rel.relrowsecurity,
         rel.relforcerowsecurity, rel.reloptions, rel.relacl, rel.relnamespace,
         chosen.prefix, chosen.own_types
    FROM pg_catalog.pg_class rel
    JOIN chosen ON chosen.oid = rel.relnamespace
   WHERE rel.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND rel.relpersistence <> 't'
),
part AS (
  SELECT rel.relnamespace AS ns, concat_ws(' ', 'relation', rel.relname, rel.relkind,
         rel.relpersistence, rel.relrowsecurity, rel.relforcerowsecurity,
         rel.reloptions::text, rel.relacl::text) AS words
    FROM rel
   UNION ALL
  SELECT rel.relnamespace, concat_ws(' ', 'column', rel.relname, col.attname,
         coalesce(type.typname, col.atttypid::text), col.atttypmod, col.attnotnull,
         col.attidentity, col.attgenerated, col.attcollation, col.attacl::text)
    FROM rel
    JOIN pg_catalog.pg_attribute col
      ON col.attrelid = rel.oid AND col.attnum > 0 AND NOT col.attisdropped
    LEFT JOIN pg_catalog.pg_type type
      ON type.oid = col.atttypid AND type.typnamespace = rel.relnamespace
   WHERE rel.relkind <> 'S'
   UNION ALL
  SELECT rel.relnamespace, concat_ws(' ', 'default', rel.relname, col.attname,
         {defaults})
    FROM rel
    JOIN pg_catalog.pg_attrdef def ON def.adrelid = rel.oid
    JOIN pg_catalog.pg_attribute col
      ON col.attrelid = def.adrelid AND col.attnum = def.adnum
   UNION ALL
  SELECT rel.relnamespace, concat_ws(' ', 'used', rel.relname, def.adnum,
         seq.relname, seq.relnamespace = rel.relnamespace)
    FROM rel
    JOIN pg_catalog.pg_attrdef def ON def.adrelid = rel.oid
    JOIN pg_catalog.pg_depend dep
      ON dep.classid = 'pg_catalog.pg_attrdef'::regclass AND dep.objid = def.oid
     AND dep.refclassid = 'pg_catalog.pg_class'::regclass
    JOIN pg_catalog.pg_class seq ON seq.oid = dep.refobjid AND seq.relkind = 'S'
   UNION ALL
  SELECT rel.relnamespace, concat_ws(' ', 'constraint', rel.relname, con.conname,
         con.contype, con.condeferrable, con.condeferred, con.convalidated,
         con.conkey::text, con.confkey::text, con.confupdtype, con.confdeltype,
         coalesce(target.relname, con.confrelid::text),
         target.relnamespace = rel.relnamespace,
         {checks})
    FROM rel
    JOIN pg_catalog.pg_constraint con ON con.conrelid = rel.oid
    LEFT JOIN rel AS target ON target.oid = con.confrelid
   UNION ALL
  SELECT rel.relnamespace, concat_ws(' ', 'index', rel.relname, own.relname,
         own.relam, own.reloptions::text, ind.indisunique, ind.indisvalid,
         ind.indkey::text, ind.indclass::text, ind.indoption::text,
         ind.indcollation::text, ind.indnkeyatts,
         {keys},
         {predicates})
    FROM rel
    JOIN pg_catalog.pg_index ind ON ind.indrelid = rel.oid AND ind.indislive
    JOIN pg_catalog.pg_class own ON own.oid = ind.indexrelid
   UNION ALL
  SELECT rel.relnamespace, concat_ws(' ', 'trigger', rel.relname,
         CASE WHEN NOT trig.tgisinternal THEN trig.tgname END,
         trig.tgtype, trig.tgenabled)
    FROM rel
    JOIN pg_catalog.pg_trigger trig ON trig.tgrelid = rel.oid
   WHERE NOT trig.tgisinternal OR trig.tgenabled <> 'O'
   UNION ALL
  SELECT rel.relnamespace, concat_ws(' ', 'comment', rel.relname, com.objsubid,
         com.description)
    FROM rel
    JOIN pg_catalog.pg_description com
      ON com.objoid = rel.oid AND com.classoid = 'pg_catalog.pg_class'::regclass
),
summed AS (
  SELECT ns, sum(hashtextextended(words, 0)) AS one,
         sum(hashtextextended(words, 1)) AS two, count(*) AS parts
    FROM part
   GROUP BY ns
)
SELECT chosen.nspname,
       md5(concat_ws(' ', summed.one, summed.two, summed.parts, chosen.nspacl::text)),
       EXISTS (SELECT FROM pg_catalog.pg_class rel
                WHERE rel.relname = %(records)s AND rel.relnamespace = chosen.oid
                  AND has_schema_privilege(chosen.oid, 'USAGE')
                  AND has_table_privilege(rel.oid, 'SELECT')),
       NOT EXISTS (SELECT FROM rel
                    WHERE rel.relnamespace = chosen.oid AND rel.relkind <> 'S'),
       chosen.nspname = current_schema()
  FROM chosen
  LEFT JOIN summed ON summed.ns = chosen.oid
 ORDER BY chosen.nspname
"""

SHAPES = _SHAPES.format(
    defaults=_said("def.adbin", "def.adrelid"),
    checks=_said("con.conbin", "con.conrelid"),
    keys=_said("ind.indexprs", "ind.indrelid"),
    predicates=_said("ind.indpred", "ind.indrelid"),
    ledger=SCHEMA,
)

NAMES = f"""
SELECT DISTINCT rel.relname
  FROM pg_catalog.pg_class rel
  JOIN pg_catalog.pg_namespace ns ON ns.oid = rel.relnamespace
 WHERE (ns.nspname ~ ANY (%(patterns)s)
        OR ns.nspname <> ALL (current_schemas(false))
       AND EXISTS (SELECT FROM pg_catalog.pg_class record
                    WHERE record.relnamespace = ns.oid
                      AND record.relname = %(records)s))
   AND ns.nspname !~ '^pg_'
   AND ns.nspname NOT IN ('information_schema', '{SCHEMA}')
   AND rel.relkind IN ('r', 'p', 'f', 'v', 'm') AND rel.relpersistence <> 't'
"""  # noqa: S608
