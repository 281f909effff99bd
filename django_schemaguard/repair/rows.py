"""How many rows stand in the way, and which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

CAP = 1_001
SAMPLE = 10


@dataclass(frozen=True, slots=True)
class Offending:
    """Rows that a query found.

    Attributes:
        count: Capped at `CAP`.
        sample: The first ten, each as one line.
    """

    count: int
    sample: tuple[str, ...]


def offending(connection: BaseDatabaseWrapper, query: str) -> Offending:
    """Run a query for offending rows, as far as they are counted."""
    with connection.cursor() as cursor:
        cursor.execute(f"{query} LIMIT {CAP}")
        rows = cursor.fetchall()
    lines = (", ".join(map(str, row)) for row in rows[:SAMPLE])
    return Offending(len(rows), tuple(lines))
