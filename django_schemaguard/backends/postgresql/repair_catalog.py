"""What PostgreSQL's catalog has of one object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django_schemaguard.backends.repair.base import Standing

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.plan import Target
    from django_schemaguard.core.schema import TableRef

# %(table)s is the relation as regclass text; NULL where there is none.
_COLUMNS = """
SELECT concat_ws(' ', quote_ident(a.attname),
         format_type(a.atttypid, a.atttypmod),
         CASE WHEN a.attcollation <> t.typcollation
              THEN 'COLLATE ' || a.attcollation::regcollation END,
         CASE WHEN a.attnotnull THEN 'NOT NULL' END,
         nullif('IDENTITY ' || a.attidentity::text, 'IDENTITY '),
         nullif('GENERATED ' || a.attgenerated::text, 'GENERATED '),
         'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid),
         'COMMENT ' || quote_literal(col_description(a.attrelid, a.attnum)))
FROM pg_attribute a
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = to_regclass(%(table)s) AND a.attnum > 0 AND NOT a.attisdropped
"""
_TABLE = f"""
SELECT c.relkind::text
  || coalesce(' ' || quote_literal(obj_description(c.oid, 'pg_class')), '')
  || ' (' || array_to_string(ARRAY({_COLUMNS} ORDER BY a.attnum), ', ') || ')'
FROM pg_class c
WHERE c.oid = to_regclass(%(table)s) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
"""
_INDEX = """
SELECT pg_get_indexdef(i.indexrelid), i.indisvalid,
       EXISTS (SELECT FROM pg_stat_progress_create_index p
               WHERE p.relid = i.indrelid AND p.index_relid = i.indexrelid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = to_regclass(%(table)s) AND c.relname = %(name)s
"""
_CONSTRAINT = """
SELECT pg_get_constraintdef(oid), convalidated, false
FROM pg_constraint WHERE conrelid = to_regclass(%(table)s) AND conname = %(name)s
"""
_SEQUENCE = """
SELECT concat_ws(' ', 'AS', s.seqtypid::regtype, 'START', s.seqstart, 'BY',
         s.seqincrement, 'OWNED BY', d.refobjid::regclass, d.refobjsubid)
FROM pg_sequence s
LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid
  AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
WHERE s.seqrelid = to_regclass(%(name)s)
"""
_EXTENSION = (
    "SELECT extname || ' ' || extversion FROM pg_extension WHERE extname = %(name)s"
)
_ROWS = """
SELECT CASE WHEN c.relkind = 'p' OR c.reltuples < 0 THEN NULL
       ELSE greatest(c.reltuples, s.n_live_tup)::bigint END
FROM pg_class c LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
WHERE c.oid = to_regclass(%(table)s)
"""


@dataclass(frozen=True, slots=True)
class Catalog:
    """Asks for one object at a time."""

    connection: BaseDatabaseWrapper

    def definition(self, target: Target) -> str | None:
        """Return the object's definition; None where it is not there."""
        row = self._row(target)
        return None if row is None else str(row[0])

    def standing(self, target: Target) -> Standing:
        """Return how the object stands."""
        row = self._row(target)
        if row is None:
            return Standing.ABSENT
        if len(row) == 1 or row[1]:
            return Standing.VALID
        return Standing.BUILDING if row[2] else Standing.INVALID

    def rows(self, ref: TableRef) -> int | None:
        """Return the planner's number of rows; None where it has none."""
        row = self.one(_ROWS, {"table": self.address(ref)})
        return None if row is None or row[0] is None else int(row[0])

    def one(self, sql: str, params: dict[str, str]) -> Any:
        """Return the first row; None where there is none."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchone()

    def address(self, ref: TableRef) -> str:
        """Return a table's name as `to_regclass` reads it."""
        quote = self.connection.ops.quote_name
        bare = quote(ref.name)
        return f"{quote(ref.namespace)}.{bare}" if ref.namespace else bare

    def _row(self, target: Target) -> Any:
        sql = {
            "table": _TABLE,
            "column": f"{_COLUMNS} AND a.attname = %(name)s",
            "index": _INDEX,
            "constraint": _CONSTRAINT,
            "sequence": _SEQUENCE,
            "extension": _EXTENSION,
        }[target.kind]
        params = {"table": self.address(target.table), "name": target.name}
        return self.one(sql, params)
