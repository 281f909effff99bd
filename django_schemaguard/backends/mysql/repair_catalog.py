"""What MariaDB's catalog has of one object."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django_schemaguard.core.plan import Target

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.schema import TableRef

_COLUMNS = """
SELECT column_name, column_type, collation_name, is_nullable, column_default, extra,
       generation_expression, column_comment
FROM information_schema.columns
WHERE table_schema = DATABASE() AND table_name = %(table)s
"""
_TABLE = """
SELECT table_type, engine, table_comment FROM information_schema.tables
WHERE table_schema = DATABASE() AND table_name = %(table)s
"""
_INDEX = """
SELECT seq_in_index, non_unique, column_name, collation, sub_part, index_type
FROM information_schema.statistics
WHERE table_schema = DATABASE() AND table_name = %(table)s AND index_name = %(name)s
ORDER BY seq_in_index
"""
_REMNANT = """
SELECT column_name, non_unique FROM information_schema.statistics
WHERE table_schema = DATABASE() AND table_name = %(table)s AND index_name = %(name)s
ORDER BY seq_in_index
"""
_KEY = """
SELECT k.column_name, k.referenced_table_name, k.referenced_column_name,
       r.update_rule, r.delete_rule
FROM information_schema.key_column_usage k
JOIN information_schema.referential_constraints r
  ON r.constraint_schema = k.constraint_schema
 AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name
WHERE k.table_schema = DATABASE() AND k.table_name = %(table)s
  AND k.constraint_name = %(name)s
ORDER BY k.ordinal_position
"""
_CHECK = """
SELECT check_clause FROM information_schema.check_constraints
WHERE constraint_schema = DATABASE() AND table_name = %(table)s
  AND constraint_name = %(name)s
"""
_ROWS = """
SELECT table_rows FROM information_schema.tables
WHERE table_schema = DATABASE() AND table_name = %(table)s
"""


@dataclass(frozen=True, slots=True)
class Catalog:
    """Asks for one object at a time."""

    connection: BaseDatabaseWrapper

    def definition(self, target: Target) -> str | None:
        """Return the object's definition; None where it is not there."""
        params = {"table": target.table.name, "name": target.name}
        match target.kind:
            case "table":
                table = self._all(_TABLE, params)
                columns = self._all(f"{_COLUMNS} ORDER BY ordinal_position", params)
                rows = (*table, *columns) if table else ()
            case "column":
                rows = self._all(f"{_COLUMNS} AND column_name = %(name)s", params)
            case "index":
                rows = self._all(_INDEX, params)
            case "constraint":
                # A unique constraint is an index here.
                rows = (
                    self._all(_KEY, params)
                    or self._all(_CHECK, params)
                    or self._all(_INDEX, params)
                )
            case _:
                rows = ()
        return "; ".join(map(_line, rows)) or None

    def remnant(self, index: Target, columns: tuple[str, ...]) -> tuple[str, ...]:
        """Return the columns that an index has still after others were dropped.

        Args:
            index: By name.
            columns: All that it had.

        Returns:
            Nothing where it has all, or was another index.
        """
        params = {"table": index.table.name, "name": index.name}
        rows = self._all(_REMNANT, params)
        left = tuple(str(name) for name, _ in rows)
        table = Target("table", index.table)
        gone = [it for it in columns if it not in left]
        standing = (
            self.definition(replace(table, kind="column", name=it)) for it in gone
        )
        plain = all(int(non_unique) for _, non_unique in rows)
        ours = left == tuple(it for it in columns if it in left)
        return left if plain and ours and gone and not any(standing) else ()

    def rows(self, ref: TableRef) -> int | None:
        """Return InnoDB's estimate; None where the table is not there."""
        found = self._all(_ROWS, {"table": ref.name})
        return int(found[0][0]) if found and found[0][0] is not None else None

    def _all(self, sql: str, params: dict[str, str]) -> tuple[tuple[Any, ...], ...]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)
            return tuple(cursor.fetchall())


def _line(row: tuple[Any, ...]) -> str:
    return " ".join("-" if value is None else str(value) for value in row)
