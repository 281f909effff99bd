"""SG521: an index that is dropped under an exclusive lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.migrations.operations import RemoveIndex

from django_schemaguard.lint.rule import BY_SQL, INFO, POSTGRESQL, Found, operation_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG521",
    INFO,
    "Use RemoveIndexConcurrently, in a migration of its own with atomic = False.",
    vendors=POSTGRESQL,
    layers=BY_SQL,
)
def index_drop_waits(site: Site) -> Iterator[Found]:
    """An index is dropped without CONCURRENTLY.

    Why it matters:
        Dropping it is quick, but waits for all queries on the table, and all later
        ones wait behind it. A lock timeout bounds that; see SG590.

    Fix:
        ``RemoveIndexConcurrently`` in a migration of its own with
        ``atomic = False``.
    """
    operation = site.plain(RemoveIndex)
    if operation is not None:
        table = site.existing(site.model(operation.model_name, after=False))
        if table is not None:
            yield Found(
                f"Index '{operation.name}' on '{table.name}' is dropped under an"
                " exclusive lock.",
                table=table,
                object=operation.name,
            )
    for statement in site.stated:
        if statement.starts("DROP", "INDEX") and not statement.has("CONCURRENTLY"):
            name = statement.name_after("DROP", "INDEX")
            yield Found(
                f"Index '{name}' is dropped under an exclusive lock.", object=name
            )
