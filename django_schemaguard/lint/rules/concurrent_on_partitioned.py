"""SG524: a concurrent index on a partitioned table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.lint.made import concurrent_indexes
from django_schemaguard.lint.rule import (
    DATA_ALONE,
    ERROR,
    POSTGRESQL,
    Found,
    operation_rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG524",
    ERROR,
    "Create the index ON ONLY the parent, concurrently on each partition, and attach.",
    vendors=POSTGRESQL,
    layers=DATA_ALONE,
)
def concurrent_on_partitioned(site: Site) -> Iterator[Found]:
    """An index is added concurrently to a partitioned table.

    Why it matters:
        PostgreSQL cannot do that, so the migration fails.

    Fix:
        ``CREATE INDEX … ON ONLY`` the parent, ``CREATE INDEX CONCURRENTLY`` on each
        partition, then ``ALTER INDEX … ATTACH PARTITION``, in ``RunSQL`` inside
        ``SeparateDatabaseAndState``.
    """
    for table, name in concurrent_indexes(site):
        if site.live is not None and site.live.is_partitioned(table):
            yield Found(
                f"Index '{name}' cannot be built concurrently: '{table.name}' is"
                " partitioned.",
                table=table,
                object=name,
            )
