"""SG564: SQL that rewrites a table or its indexes under a lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.core.lint import Work
from django_schemaguard.core.schema import TableRef
from django_schemaguard.lint.rule import (
    BY_DATA,
    BY_SQL,
    POSTGRESQL,
    WARNING,
    Found,
    operation_rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG564",
    WARNING,
    "Use VACUUM without FULL, and REINDEX CONCURRENTLY, outside of migrations.",
    vendors=POSTGRESQL,
    layers=BY_SQL | BY_DATA,
)
def sql_locks_everything(site: Site) -> Iterator[Found]:
    """A ``RunSQL`` says VACUUM FULL, CLUSTER or REINDEX.

    Why it matters:
        The table or its indexes are written anew while nobody reads or writes it.
        VACUUM cannot run in a transaction at all.

    Fix:
        REINDEX CONCURRENTLY, or a tool such as pg_repack, outside of migrations.
    """
    for statement in site.old_sql:
        if statement.starts("VACUUM") and statement.has("FULL"):
            name = statement.name_after("FULL")
            words = "VACUUM FULL"
        elif statement.starts("CLUSTER"):
            name, words = statement.name_after("CLUSTER"), "CLUSTER"
        elif statement.starts("REINDEX") and not statement.has("CONCURRENTLY"):
            name, words = statement.name_after("TABLE"), "REINDEX"
        else:
            continue
        table = TableRef(None, name) if name else None
        work = Work.REWRITE if table else None
        yield Found(
            f"{words} locks the table against everybody.", table=table, work=work
        )
