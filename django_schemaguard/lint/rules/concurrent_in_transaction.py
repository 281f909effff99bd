"""SG522: a concurrent operation that runs in a transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.lint.rule import (
    BY_SQL,
    ERROR,
    POSTGRESQL,
    Found,
    operation_rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site
    from django_schemaguard.lint.sql import Statement


@operation_rule(
    "SG522",
    ERROR,
    "Set atomic = False on the migration, and leave nothing else in it.",
    vendors=POSTGRESQL,
    layers=BY_SQL,
)
def concurrent_in_transaction(site: Site) -> Iterator[Found]:
    """A concurrent operation stands in an atomic migration.

    Why it matters:
        PostgreSQL refuses it inside a transaction, so the migration fails.

    Fix:
        Set ``atomic = False`` on the migration, and leave nothing else in it.
    """
    if not site.atomic:
        return
    if site.is_a("NotInTransactionMixin"):
        name = type(site.operation).__name__
        yield Found(f"{name} runs in a transaction: it fails.")
    for statement in site.sql:
        if _is_concurrent(statement):
            words = " ".join(statement.upper[:2])
            yield Found(f"{words} CONCURRENTLY runs in a transaction: it fails.")


def _is_concurrent(statement: Statement) -> bool:
    starts = any(statement.starts(word) for word in ("CREATE", "DROP", "REINDEX"))
    detaches = statement.starts("ALTER", "TABLE") and statement.has("DETACH")
    return (starts or detaches) and statement.has("CONCURRENTLY")
