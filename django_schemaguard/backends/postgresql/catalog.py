"""The catalog of the connected database, in one statement.

One statement sees one snapshot, is one round trip on every driver and behind
every pooler, and costs pure-Python psycopg one row instead of thousands.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from django_schemaguard.backends.postgresql import transaction
from django_schemaguard.backends.postgresql.rows import (
    AttributeRow,
    Catalog,
    CollationRow,
    ConstraintRow,
    HookRow,
    IndexRow,
    LackingRow,
    NumberingRow,
    OperatorClassRow,
    PlaceRow,
    RelationRow,
    SessionRow,
)
from django_schemaguard.backends.postgresql.statement import statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.backends.base import Scope


def fetch(
    connection: BaseDatabaseWrapper, scope: Scope, *, deparse: bool = True
) -> Catalog:
    """Fetch the relations of the search path and of the scope.

    Args:
        connection: Connected.
        scope: What to read beyond the search path.
        deparse: Whether expressions are printed at all. Even then those of a
            table that another session locks are not, since the functions that
            print them would wait for that lock.
    """
    parameters: dict[str, Any] = {
        "deparse": deparse,
        "namespaces": sorted(scope.namespaces),
        "names": sorted(scope.names),
    }
    query = statement(getattr(connection, "pg_version", 0))
    query = connection.ops.compose_sql(query, parameters)  # type: ignore[attr-defined]
    # Each text goes as soon as it is read.
    parts = [*transaction.rows(connection, [query])[0][0]]
    parts.reverse()
    known: dict[str, str] = {}
    return Catalog(
        _rows(RelationRow._make, parts.pop(), known),
        _rows(AttributeRow._make, parts.pop(), known),
        _rows(ConstraintRow._make, parts.pop(), known),
        _rows(IndexRow._make, parts.pop(), known),
        _rows(OperatorClassRow._make, parts.pop(), known),
        _rows(CollationRow._make, parts.pop(), known),
        _rows(PlaceRow._make, parts.pop(), known),
        _rows(LackingRow._make, parts.pop(), known),
        _rows(NumberingRow._make, parts.pop(), known),
        _rows(HookRow._make, parts.pop(), known),
        SessionRow(*json.loads(parts.pop())),
    )


_R = TypeVar("_R")
_DECODE = json.JSONDecoder().raw_decode


def _rows(
    kind: Callable[[Iterable[Any]], _R], part: str, known: dict[str, str]
) -> list[_R]:
    columns = list(_columns(part, known))
    # Without any row, each column is null.
    return [] if columns[0] is None else list(map(kind, zip(*columns, strict=True)))


def _columns(part: str, known: dict[str, str]) -> Iterator[list[Any] | None]:
    """Yield the columns of a part; strings that were seen before are those.

    JSON makes every string anew, so each column is gone through before the next is
    read.
    """
    at, end = 1, len(part) - 1  # Within the brackets.
    while at < end:
        column, at = _DECODE(part, at)
        at += len(", ")
        if column and isinstance(column[0], str):
            column = list(map(known.setdefault, column, column))
        yield column
