"""The parts of the statement that reads the catalog, in the order of `Catalog`.

The order of a part's columns is that of its row class in `catalog`.
"""

from __future__ import annotations

# Of each part the columns, and where they come from.
PARTS = (
    (
        """
  rel.oid, rel.nspname, rel.relname, rel.relkind, rel.relpersistence,
  comment.description, pg_table_is_visible(rel.oid), rel.hidden, rel.pid,
  CASE WHEN rel.relrowsecurity THEN row_security_active(rel.oid) END
""",
        """
   FROM readable rel
   LEFT JOIN pg_catalog.pg_description comment
     ON comment.objoid = rel.oid
    AND comment.classoid = 'pg_catalog.pg_class'::regclass
    AND comment.objsubid = 0
""",
    ),
    (
        """
  col.attrelid, col.attnum, col.attname,
  format_type(col.atttypid, col.atttypmod), col.atttypid,
  col.attnotnull OR type.typnotnull AND type.typdefault IS NULL,
  col.attidentity, col.attgenerated,
  col.attcollation, type.typcollation, comment.description,
  def.oid IS NOT NULL,
  CASE WHEN col.attgenerated = '' THEN pg_get_expr(def.adbin, 0)
       WHEN NOT rel.hidden THEN pg_get_expr(def.adbin, def.adrelid)
  END,
  def.oid IS NOT NULL AND EXISTS (
    SELECT FROM pg_catalog.pg_depend dep
      JOIN pg_catalog.pg_class seq
        ON seq.oid = dep.objid AND seq.relkind = 'S'
     WHERE dep.classid = 'pg_catalog.pg_class'::regclass
       AND dep.refclassid = 'pg_catalog.pg_class'::regclass
       AND dep.refobjid = col.attrelid
       AND dep.refobjsubid = col.attnum
       AND dep.deptype = 'a')
""",
        """
   FROM readable rel
   JOIN pg_catalog.pg_attribute col
     ON col.attrelid = rel.oid AND col.attnum > 0 AND NOT col.attisdropped
   JOIN pg_catalog.pg_type type ON type.oid = col.atttypid
   LEFT JOIN pg_catalog.pg_attrdef def
     ON def.adrelid = col.attrelid AND def.adnum = col.attnum
   LEFT JOIN pg_catalog.pg_description comment
     ON comment.objoid = col.attrelid
    AND comment.classoid = 'pg_catalog.pg_class'::regclass
    AND comment.objsubid = col.attnum
""",
    ),
    (
        """
  con.conrelid, con.contype, con.conname, con.conkey,
  con.convalidated, {enforced}, {period},
  con.condeferrable, con.condeferred,
  con.confdeltype, con.confupdtype, con.confdelsetcols,
  target_ns.nspname, target.relname, pg_table_is_visible(target.oid),
  CASE WHEN con.contype = 'f' AND cardinality(con.confkey) = 1 THEN
    json_build_array((
      SELECT col.attname FROM pg_catalog.pg_attribute col
       WHERE col.attrelid = con.confrelid AND col.attnum = con.confkey[1]))
       WHEN con.contype = 'f' THEN (
    SELECT json_agg(col.attname ORDER BY key.position)
      FROM unnest(con.confkey) WITH ORDINALITY AS key (attnum, position)
      JOIN pg_catalog.pg_attribute col
        ON col.attrelid = con.confrelid AND col.attnum = key.attnum)
  END,
  con.oid IN (
    SELECT trigger.tgconstraint FROM pg_catalog.pg_trigger trigger
     WHERE trigger.tgenabled IN ('D', 'R')),
  CASE WHEN con.contype = 'c' AND NOT rel.hidden
       THEN pg_get_expr(con.conbin, con.conrelid) END
""",
        """
   FROM readable rel
   JOIN pg_catalog.pg_constraint con ON con.conrelid = rel.oid
   LEFT JOIN pg_catalog.pg_class target ON target.oid = con.confrelid
   LEFT JOIN pg_catalog.pg_namespace target_ns ON target_ns.oid = target.relnamespace
  WHERE (con.contype IN ('c', 'f') OR con.contype = 'n' AND NOT con.convalidated)
    AND (con.conparentid = 0 OR NOT EXISTS (
           SELECT FROM pg_catalog.pg_constraint parent
            WHERE parent.oid = con.conparentid AND parent.conrelid = con.conrelid))
""",
    ),
    (
        """
  ind.indrelid, rel_ind.oid, rel_ind.relname, am.amname, am.oid,
  ind.indisunique, ind.indisvalid AND ind.indisready,
  ind.indnullsnotdistinct, ind.indnkeyatts,
  ind.indkey::text, ind.indoption::text,
  ind.indclass::text, ind.indcollation::text, rel_ind.reloptions,
  con.contype, con.conname, {period},
  con.condeferrable, con.condeferred,
  CASE WHEN con.contype = 'x' THEN (
    SELECT json_agg(operator.oprname ORDER BY key.position)
      FROM unnest(con.conexclop) WITH ORDINALITY AS key (oid, position)
      JOIN pg_catalog.pg_operator operator ON operator.oid = key.oid)
  END,
  CASE WHEN ind.indexprs IS NOT NULL AND NOT rel.hidden THEN (
    SELECT json_agg(pg_get_indexdef(ind.indexrelid, key, false) ORDER BY key)
      FROM generate_series(1, ind.indnkeyatts::integer) AS key
     WHERE ind.indkey[key - 1] = 0)
  END,
  CASE WHEN ind.indexprs IS NOT NULL AND NOT rel.hidden
       THEN pg_get_indexdef(ind.indexrelid) END,
  ind.indpred IS NOT NULL,
  CASE WHEN NOT rel.hidden
       THEN pg_get_expr(ind.indpred, ind.indrelid) END,
  CASE WHEN am.amname NOT IN ('btree', 'hash') THEN (
    SELECT json_agg(json_build_array(key.attnum, key.attoptions))
      FROM pg_catalog.pg_attribute key
     WHERE key.attrelid = ind.indexrelid AND key.attoptions IS NOT NULL)
  END
""",
        """
   FROM readable rel
   JOIN pg_catalog.pg_index ind ON ind.indrelid = rel.oid AND ind.indislive
   JOIN pg_catalog.pg_class rel_ind ON rel_ind.oid = ind.indexrelid
   JOIN pg_catalog.pg_am am ON am.oid = rel_ind.relam
   LEFT JOIN pg_catalog.pg_constraint con
     ON con.conindid = ind.indexrelid AND con.contype IN ('p', 'u', 'x')
""",
    ),
    (
        """
  class.oid, class.opcname, class.opcdefault, class.opcintype,
  class.opcmethod
""",
        """
   FROM pg_catalog.pg_opclass class
""",
    ),
    (
        """
  coll.oid, coll.collname,
  CASE WHEN NOT pg_collation_is_visible(coll.oid) THEN ns.nspname END,
  coll.collisdeterministic
""",
        """
   FROM pg_catalog.pg_collation coll
   JOIN pg_catalog.pg_namespace ns ON ns.oid = coll.collnamespace
  WHERE NOT coll.collisdeterministic
     -- Dependence on what every database has is not noted.
     OR coll.oid < {first_unpinned}
     OR coll.oid IN (
          SELECT dep.refobjid FROM pg_catalog.pg_depend dep
           WHERE dep.refclassid = 'pg_catalog.pg_collation'::regclass)
""",
    ),
    (
        """
  found.nspname, found.relname
""",
        """
   FROM (SELECT ns.nspname, rel.relname
           FROM wanted
           JOIN pg_catalog.pg_class rel ON rel.relname = wanted.name
           JOIN pg_catalog.pg_namespace ns ON ns.oid = rel.relnamespace
          WHERE rel.relkind IN ('r', 'p', 'f', 'v', 'm')
            AND rel.relpersistence <> 't'
            AND ns.nspname !~ '^pg_'
            AND ns.nspname NOT IN ('information_schema', '{ledger}')
          ORDER BY rel.relname, ns.nspname
          LIMIT 1000) AS found
""",
    ),
    (
        """
  lacking.oid, lacking.word,
  CASE WHEN lacking.partly THEN (
    SELECT coalesce(json_agg(col.attname), '[]')
      FROM pg_catalog.pg_attribute col
     WHERE col.attrelid = lacking.oid AND col.attnum > 0
       AND NOT col.attisdropped
       AND NOT has_column_privilege(lacking.oid, col.attnum, lacking.word))
  END
""",
        """
   FROM lacking
""",
    ),
    (
        """
  rel.oid, numbering.number, numbering.owned,
  ns.nspname, seq.relname, pg_table_is_visible(seq.oid),
  info.seqincrement, info.seqmax,
  has_sequence_privilege(seq.oid, 'USAGE, UPDATE'),
  has_sequence_privilege(seq.oid, 'SELECT') AND held.relation IS NULL,
  has_table_privilege(rel.oid, 'SELECT'),
  CASE WHEN %(deparse)s AND locked.relation IS NULL AND rel.relkind = 'r'
        AND (rel.relpersistence = 'p' OR NOT pg_is_in_recovery())
       THEN pg_relation_size(rel.oid) END
""",
        """
   FROM numbering
   JOIN pg_catalog.pg_class rel ON rel.oid = numbering.relation
   JOIN pg_catalog.pg_class seq ON seq.oid = numbering.sequence
   JOIN pg_catalog.pg_namespace ns ON ns.oid = seq.relnamespace
   JOIN pg_catalog.pg_sequence info ON info.seqrelid = seq.oid
   LEFT JOIN held ON held.relation = seq.oid
   LEFT JOIN held locked ON locked.relation = rel.oid
""",
    ),
    (
        """
  hook.relation, hook.name, hook.label, hook.type
""",
        """
   FROM (SELECT trigger.tgrelid AS relation, trigger.tgname AS name,
                'trigger' AS label, trigger.tgtype::integer AS type
           FROM expected rel
           JOIN pg_catalog.pg_trigger trigger ON trigger.tgrelid = rel.oid
          WHERE NOT trigger.tgisinternal AND trigger.tgenabled IN ('O', 'A')
          UNION ALL
         SELECT rule.ev_class, rule.rulename, 'rule',
                -- As the bits of a trigger: UPDATE, INSERT, DELETE; INSTEAD.
                CASE rule.ev_type WHEN '2' THEN 16 WHEN '3' THEN 4 ELSE 8 END
                + CASE WHEN rule.is_instead THEN 64 ELSE 0 END
           FROM expected rel
           JOIN pg_catalog.pg_rewrite rule ON rule.ev_class = rel.oid
          WHERE rule.ev_type IN ('2', '3', '4') AND rule.ev_enabled IN ('O', 'A')
          ORDER BY name
        ) AS hook
""",
    ),
)
# One row, of what counts for the whole database.
SESSION = """
json_build_array(
  current_user,
  pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean,
  current_setting('search_path'),
  (SELECT json_agg(ns.nspname) FROM pg_catalog.pg_namespace ns
    WHERE NOT has_schema_privilege(ns.oid, 'USAGE')),
  (SELECT json_agg(ext.extname) FROM pg_catalog.pg_extension ext),
  (SELECT has_schema_privilege(ns.oid, 'USAGE')
          AND has_table_privilege(rel.oid, 'SELECT')
     FROM pg_catalog.pg_class rel
     JOIN pg_catalog.pg_namespace ns ON ns.oid = rel.relnamespace
    WHERE ns.nspname = '{ledger}' AND rel.relname = 'entry' AND rel.relkind = 'r')
)::text
"""
