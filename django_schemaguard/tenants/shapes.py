"""Which schemas of a PostgreSQL database look alike."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError

from django_schemaguard.backends.connect import one_line
from django_schemaguard.backends.postgresql.words import quoted
from django_schemaguard.exceptions import DatabaseUnreadable
from django_schemaguard.tenants.kinds import kinds_of, parted
from django_schemaguard.tenants.statement import NAMES, SHAPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.backends.base.base import BaseDatabaseWrapper

RECORDS = "django_migrations"
# Each table read is locked until the statement ends, and locks are a bounded memory.
AT_ONCE = 500
_RECORDED = """
SELECT %s, md5(string_agg(DISTINCT concat(app, '.', name), ' '
                          ORDER BY concat(app, '.', name)))
  FROM {schema}.django_migrations
"""


@dataclass(frozen=True, slots=True)
class Shape:
    """Schemas that hold the same tables and the same record of migrations.

    Attributes:
        schemas: By name; the first stands for all.
        bare: They hold no tables.
    """

    schemas: tuple[str, ...]
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Shapes:
    """All schemas asked for.

    Attributes:
        shapes: The most common first.
        tables: The names of all tables that any of the schemas has, or another one
            off the search path that has a record of migrations, too.
        kinds: The type of each tenant, by its schema; None where all are of one.
        own: The schema that the connection itself stands for, if it is among them.
    """

    shapes: tuple[Shape, ...]
    tables: frozenset[str]
    kinds: Mapping[str, str] | None = None
    own: str | None = None


def read_shapes(connection: BaseDatabaseWrapper, patterns: Iterable[str]) -> Shapes:
    """Group the schemas whose names fit any of the patterns.

    Two statements, and one more for each 500 schemas, whose recorded migrations are
    not in the catalog. Call it in a transaction with bounded waits.

    Args:
        connection: Connected to PostgreSQL.
        patterns: With `*` for any characters, `?` for one.

    Raises:
        DatabaseUnreadable: A statement failed or timed out.
    """
    parameters: dict[str, Any] = {
        "patterns": [expression(pattern) for pattern in patterns],
        "records": RECORDS,
    }
    try:
        with connection.cursor() as cursor:
            cursor.execute(SHAPES, parameters)
            rows = cursor.fetchall()
            cursor.execute(NAMES, parameters)
            tables = frozenset(name for (name,) in cursor.fetchall())
        readable = [row[0] for row in rows if row[2]]
        recorded = each_schema(connection, _RECORDED, readable)
    except DatabaseError as error:
        raise DatabaseUnreadable(one_line(error, connection)) from error
    groups: dict[tuple[object, ...], list[str]] = {}
    for name, shape, *_ in rows:
        groups.setdefault((shape, recorded.get(name)), []).append(name)
    kinds, bare = kinds_of(connection), {row[0] for row in rows if row[3]}
    shapes = (
        Shape(alike, alike[0] in bare)
        for names in groups.values()
        for alike in parted(names, kinds)
    )
    ordered = sorted(shapes, key=lambda shape: (-len(shape.schemas), shape.schemas))
    own = next((name for name, *_, is_own in rows if is_own), None)
    return Shapes(tuple(ordered), tables, kinds, own)


def expression(pattern: str) -> str:
    """Return a pattern as PostgreSQL's regular expression.

    >>> expression("tenant_*")
    '^tenant_.*$'
    """
    words = {"*": ".*", "?": "."}
    return "^" + "".join(words.get(sign) or _literal(sign) for sign in pattern) + "$"


def _literal(sign: str) -> str:
    return sign if sign.isalnum() or sign == "_" else re.escape(sign)


def _in_sql(name: str) -> str:
    return quoted(name).replace("%", "%%")


def each_schema(
    connection: BaseDatabaseWrapper, select: str, schemas: list[str]
) -> dict[str, Any]:
    """Return what a query says of each schema, by its name."""
    found: dict[str, Any] = {}
    for start in range(0, len(schemas), AT_ONCE):
        some = schemas[start : start + AT_ONCE]
        selects = (select.format(schema=_in_sql(name)) for name in some)
        sid = connection.savepoint()
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(selects), some)
            found.update(cursor.fetchall())
        if sid:  # Gives the locks back.
            connection.savepoint_rollback(sid)
    return found
