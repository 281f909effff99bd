"""SG534: an exclusion constraint on a table with rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.migrations.operations import AddConstraint

from django_schemaguard.core.lint import Work
from django_schemaguard.lint.rule import (
    BY_DATA,
    POSTGRESQL,
    WARNING,
    Found,
    operation_rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG534",
    WARNING,
    "Add it when nobody uses the table; it cannot be added step by step.",
    vendors=POSTGRESQL,
    layers=BY_DATA,
)
def exclusion_constraint_locks(site: Site) -> Iterator[Found]:
    """An exclusion constraint is added to a table that was there before.

    Why it matters:
        Its index is built and all rows are compared while nobody reads or writes the
        table, and PostgreSQL knows no way to do it step by step.

    Fix:
        Add it when nobody uses the table, or to a new table that the rows are moved
        into.
    """
    operation = site.plain(AddConstraint)
    if (
        operation is None
        or type(operation.constraint).__name__ != "ExclusionConstraint"
    ):
        return
    table = site.existing(site.model(operation.model_name))
    if table is not None:
        name = operation.constraint.name
        yield Found(
            f"Exclusion '{name}' on '{table.name}' builds its index under an exclusive"
            " lock.",
            table=table,
            object=name,
            work=Work.REWRITE,
        )
