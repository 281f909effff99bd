"""What PostgreSQL's catalog has of one object."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django_schemaguard.backends import home
from django_schemaguard.backends.identifiers import identifier
from django_schemaguard.backends.repair.parts import Standing

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
# The same constraint, whether validated or not.
_CONSTRAINT = """
SELECT regexp_replace(pg_get_constraintdef(oid), ' NOT VALID$', ''), convalidated, false
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
_KIND = """
SELECT CASE relkind WHEN 'i' THEN 'an index' WHEN 'I' THEN 'an index'
       WHEN 'S' THEN 'a sequence' WHEN 'v' THEN 'a view' WHEN 'm' THEN 'a view'
       WHEN 'c' THEN 'a type' ELSE 'a table' END
FROM pg_class
"""
_TAKEN = f"{_KIND} WHERE oid = to_regclass(%(table)s)"
# A new table goes into the first schema of the search path, and its indexes with it.
_TAKEN_BESIDE = f"""{_KIND}
WHERE relname = %(name)s
  AND relnamespace = (SELECT oid FROM pg_namespace
                       WHERE nspname = coalesce(%(namespace)s, current_schema))
"""
_OPERATOR_CLASS = """
SELECT FROM pg_opclass c JOIN pg_am m ON m.oid = c.opcmethod
WHERE m.amname = %(method)s AND c.opcname = %(name)s
  AND (c.opcdefault OR pg_opclass_is_visible(c.oid))
"""
_NAMESPACE = "SELECT FROM pg_namespace WHERE nspname = %(name)s"
_HOLDER = """
SELECT CASE WHEN i.indrelid IS NULL THEN 'another relation'
       WHEN i.indrelid = t.oid THEN 'an index of other definition'
       ELSE 'an index of ' || i.indrelid::regclass END
FROM pg_class t JOIN pg_class c ON c.relnamespace = t.relnamespace
LEFT JOIN pg_index i ON i.indexrelid = c.oid
WHERE t.oid = to_regclass(%(table)s) AND c.relname = %(name)s
"""
_PARTITIONED = """
SELECT FROM pg_class WHERE oid = to_regclass(%(table)s) AND relkind = 'p'
"""
_VOLATILE = """
SELECT FROM pg_proc WHERE provolatile = 'v' AND proname = ANY(%(names)s) LIMIT 1
"""
_NOT_NULL = """
SELECT c.conname FROM pg_constraint c
JOIN pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]
WHERE c.contype = 'n' AND c.conrelid = to_regclass(%(table)s) AND a.attname = %(name)s
"""
_NUMBERING = """
SELECT attidentity::text, atthasdef AND attgenerated = '', NOT attnotnull
FROM pg_attribute WHERE attrelid = to_regclass(%(table)s) AND attname = %(name)s
"""
# What the column owns, or else what its default draws from.
_SEQUENCE_OF = """
SELECT s.seqrelid::regclass::text, s.seqincrement FROM pg_attribute a
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
JOIN pg_depend p
  ON (p.classid = 'pg_class'::regclass AND p.refclassid = 'pg_class'::regclass
      AND p.refobjid = a.attrelid AND p.refobjsubid = a.attnum)
  OR (p.classid = 'pg_attrdef'::regclass AND p.objid = d.oid
      AND p.refclassid = 'pg_class'::regclass)
JOIN pg_sequence s ON s.seqrelid IN (p.objid, p.refobjid)
WHERE a.attrelid = to_regclass(%(table)s) AND a.attname = %(name)s
ORDER BY p.classid LIMIT 1
"""
_EXTENDING = """
SELECT bool_or(NOT v.superuser OR v.trusted
    AND has_database_privilege(current_database(), 'CREATE'))
  OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
FROM pg_available_extension_versions v WHERE v.name = %(name)s HAVING count(*) > 0
"""
_CALL = re.compile(r"([a-z_][a-z0-9_]*)\s*\(", re.IGNORECASE)
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

    def taken(self, ref: TableRef) -> str | None:
        """Return what bears the name of a table; None for nothing."""
        row = self.one(_TAKEN, {"table": self.address(ref)})
        return None if row is None else str(row[0])

    def taken_beside(self, ref: TableRef, name: str) -> str | None:
        """Return what bears a name where a table is to be made; None for nothing."""
        namespace = home.namespace_of(self.connection, ref)
        row = self.one(_TAKEN_BESIDE, {"name": name, "namespace": namespace})
        return None if row is None else str(row[0])

    def has_namespace(self, name: str) -> bool:
        """Return whether there is a schema of that name."""
        return self.one(_NAMESPACE, {"name": name}) is not None

    def has_operator_class(self, method: str, name: str) -> bool:
        """Return whether an index of that method may name an operator class."""
        return self.one(_OPERATOR_CLASS, {"method": method, "name": name}) is not None

    def holder(self, ref: TableRef, name: str) -> str | None:
        """Return what bears a name in the namespace of a table; None for nothing."""
        row = self.one(_HOLDER, {"table": self.address(ref), "name": name})
        return None if row is None else str(row[0])

    def partitioned(self, ref: TableRef) -> bool:
        """Return whether the table is partitioned."""
        return self.one(_PARTITIONED, {"table": self.address(ref)}) is not None

    def volatile(self, expression: str) -> bool:
        """Return whether an expression calls a function that is volatile."""
        names = [name.lower() for name in _CALL.findall(expression)]
        return bool(names) and self.one(_VOLATILE, {"names": names}) is not None

    def not_null(self, ref: TableRef, column: str) -> str | None:
        """Return the name of a column's NOT NULL, which has one since version 18."""
        row = self.one(_NOT_NULL, {"table": self.address(ref), "name": column})
        return None if row is None else str(row[0])

    def numbering(self, ref: TableRef, column: str) -> tuple[str, bool, bool]:
        """Return the identity ("a", "d" or ""), whether a default, whether NULL."""
        row = self.one(_NUMBERING, {"table": self.address(ref), "name": column})
        return ("", False, True) if row is None else (row[0], row[1], row[2])

    def nullable(self, ref: TableRef, column: str) -> bool:
        """Return whether a column accepts NULL."""
        return self.numbering(ref, column)[2]

    def sequence(
        self, ref: TableRef, column: str
    ) -> tuple[str, int, bool, int, int] | None:
        """Return a column's sequence, and how it stands.

        Returns:
            Its name as SQL, its last number, whether that was given out, the highest
            number in use, its step; None where the column has none.
        """
        row = self.one(_SEQUENCE_OF, {"table": self.address(ref), "name": column})
        if row is None:
            return None
        name, step = row
        quoted = identifier(self.connection, column)
        last, called = self.one(f"SELECT last_value, is_called FROM {name}", {})
        (highest,) = self.one(
            f"SELECT coalesce(max({quoted}), 0) FROM {self.address(ref)}", {}
        )
        return str(name), int(last), bool(called), int(highest), int(step)

    def may_install(self, extension: str) -> bool | None:
        """Return whether the role may install it; None where the server lacks it."""
        row = self.one(_EXTENDING, {"name": extension})
        return None if row is None else bool(row[0])

    def one(self, sql: str, params: dict[str, Any]) -> Any:
        """Return the first row; None where there is none."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params or None)
            return cursor.fetchone()

    def address(self, ref: TableRef) -> str:
        """Return a table's name as `to_regclass` reads it."""
        return home.address(self.connection, ref)

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
