"""SG565: SQL without a transaction that cannot be tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.lint.rule import BY_SQL, INFO, POSTGRESQL, Found, operation_rule
from django_schemaguard.lint.site import is_repeatable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG565",
    INFO,
    "Add IF [NOT] EXISTS, and drop an INVALID index before building it.",
    vendors=POSTGRESQL,
    layers=BY_SQL,
)
def sql_not_repeatable(site: Site) -> Iterator[Found]:
    """A ``RunSQL`` outside of a transaction fails when it is tried again.

    Why it matters:
        Where it is interrupted, or the migration cannot be recorded, the next try
        meets what is there already. A concurrent index that failed is left INVALID,
        and IF NOT EXISTS takes it for a good one.

    Fix:
        Guard it with IF [NOT] EXISTS; before ``CREATE INDEX CONCURRENTLY``, say
        ``DROP INDEX CONCURRENTLY IF EXISTS``. A class of operations that looks
        whether its work is done says so by ``repeatable = True``.
    """
    if site.atomic or is_repeatable(site.operation):
        return
    dropped: set[str | None] = set()
    for statement in site.sql:
        if statement.starts("DROP", "INDEX"):
            dropped.add(statement.name_after("INDEX"))
        name = statement.name_after("INDEX") if statement.has("INDEX") else None
        if statement.starts("CREATE") and name and name in dropped:
            continue
        if statement.upper[0] in {"CREATE", "DROP"} and not statement.has("EXISTS"):
            if statement.starts("CREATE", "OR", "REPLACE"):
                continue
            words = " ".join(statement.upper[:2])
            yield Found(f"{words} without a transaction cannot be tried again.")
