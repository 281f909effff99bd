"""SG520: an index that is built while writes wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.migrations.operations import AddIndex, AlterIndexTogether

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
    from django_schemaguard.lint.sql import Statement


@operation_rule(
    "SG520",
    WARNING,
    "Use AddIndexConcurrently, in a migration of its own with atomic = False.",
    vendors=POSTGRESQL,
    layers=BY_SQL | BY_DATA,
)
def index_blocks_writes(site: Site) -> Iterator[Found]:
    """An index is built without CONCURRENTLY.

    Why it matters:
        Writes to the table wait until the index is built, a second for about three
        hundred thousand rows.

    Fix:
        ``AddIndexConcurrently`` from ``django.contrib.postgres.operations``, or
        ``CREATE INDEX CONCURRENTLY`` in a ``RunSQL`` of one statement; either in a
        migration of its own with ``atomic = False``.
    """
    operation = site.plain(AddIndex)
    if operation is not None:
        table = site.existing(site.model(operation.model_name))
        if table is not None:
            yield _found(table, operation.index.name)
    together = site.plain(AlterIndexTogether)
    if together is not None and site.gains(together, "index_together"):
        table = site.existing(site.model(together.name))
        if table is not None:
            yield _found(table, None)
    for statement in site.stated:
        if _blocks(statement):
            name = statement.name_after("ON") or "?"
            yield _found(TableRef(None, name), statement.name_after("INDEX"))


def _blocks(statement: Statement) -> bool:
    builds = statement.starts("CREATE", "INDEX") or statement.starts(
        "CREATE", "UNIQUE", "INDEX"
    )
    return (
        builds and not statement.has("CONCURRENTLY") and not statement.has("ON", "ONLY")
    )


def _found(table: TableRef, name: str | None) -> Found:
    subject = (
        f"Index '{name}' on '{table.name}'" if name else f"An index on '{table.name}'"
    )
    return Found(
        f"{subject} is built while writes wait.",
        table=table,
        object=name,
        work=Work.REWRITE,
    )
