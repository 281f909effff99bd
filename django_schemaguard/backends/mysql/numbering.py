"""The counter that numbers a table's rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django_schemaguard.core.schema import Identity, Numbering

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django_schemaguard.core.schema import Column

# Source: MariaDB manual, "Numeric Data Type Overview".
_BITS = {"tinyint": 8, "smallint": 16, "mediumint": 24, "int": 32, "bigint": 64}
_INTEGER = re.compile(r"(\w+)(?:\(\d+\))?( unsigned)?")


def numbering_from(
    columns: Iterable[Column], upcoming: int | None
) -> tuple[Numbering, ...]:
    """Return the counter of the one column that may have one, or nothing.

    Args:
        columns: Of one table.
        upcoming: The next number; None where there is no counter.
    """
    return tuple(
        Numbering(
            column.name,
            next=None if upcoming is None else int(upcoming),
            limit=_largest(column.type),
        )
        for column in columns
        if column.identity is Identity.AUTOINCREMENT
    )


def _largest(kind: str) -> int | None:
    integer = _INTEGER.match(kind)
    if integer is None or integer[1] not in _BITS:
        return None
    return (1 << _BITS[integer[1]] - (not integer[2])) - 1
