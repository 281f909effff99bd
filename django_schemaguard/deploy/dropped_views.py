"""Views that migrations made by SQL, and drop again when they are undone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db.migrations.operations import RunSQL

from django_schemaguard.deploy.at_once import texts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.migrations.operations.base import Operation

# Of a query about `pg_rewrite r`: those that are gone by then do not count.
BUT_FOR = """  AND NOT EXISTS (
    SELECT 1 FROM unnest(string_to_array(%s, chr(10))) AS gone (name)
    WHERE to_regclass(gone.name) = r.ev_class)
"""
_DROP = re.compile(
    r"\bdrop\s+(?:materialized\s+)?view\s+(?:if\s+exists\s+)?"
    r"((?:[\w.\"]+\s*,\s*)*[\w.\"]+)",
    re.IGNORECASE,
)


def dropped_views(operations: Iterable[Operation]) -> Iterator[str]:
    """Yield the views that undoing the operations drops, as the SQL names them."""
    for operation in operations:
        if isinstance(operation, RunSQL):
            for text in texts_of(operation.reverse_sql):
                for names in _DROP.findall(text):
                    yield from (name.strip() for name in names.split(","))
