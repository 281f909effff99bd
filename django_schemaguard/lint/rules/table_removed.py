"""SG541: a table that the running code still uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.migrations.operations import DeleteModel

from django_schemaguard.lint.rule import BY_DATA, ERROR, WARNING, Found, operation_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG541",
    ERROR,
    "Deploy code without the model first, its state removed; drop the table after.",
    layers=BY_DATA,
    destructive=True,
)
def table_removed(site: Site) -> Iterator[Found]:
    """A table is dropped.

    Why it matters:
        The code that still runs fails at each query on it. Its rows are lost, and no
        rollback brings them back. An empty table is a warning.

    Fix:
        In one deploy, remove the model, with a migration whose ``DeleteModel`` is a
        state operation of ``SeparateDatabaseAndState``. Drop the table in the next
        deploy, and allow this rule there.
    """
    operation = site.plain(DeleteModel)
    if operation is None:
        return
    table = site.existing(site.model(operation.name, after=False))
    if table is None:
        return
    empty = site.live is not None and site.live.is_empty(table)
    lost = "it is empty" if empty else "its rows are lost"
    yield Found(
        f"Table '{table.name}' is dropped: {lost}, and the old code may use it.",
        table=table,
        severity=WARNING if empty else None,
    )
