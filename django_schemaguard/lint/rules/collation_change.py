"""SG514: a column whose new collation makes the server rebuild indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.core.lint import Work
from django_schemaguard.lint.fields import column_of, is_indexed, leads_an_index
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
    "SG514",
    WARNING,
    "Drop the column's indexes first, and build them concurrently after.",
    vendors=POSTGRESQL,
    layers=BY_DATA,
)
def collation_change(site: Site) -> Iterator[Found]:
    """An indexed column gets another collation.

    Why it matters:
        All indexes on the column are built anew under an exclusive lock, and the
        order of results and the meaning of comparisons change.

    Fix:
        Drop the indexes concurrently, change the collation, which is then quick,
        and build them concurrently again.
    """
    altered = site.altered
    if altered is None:
        return
    before, after = altered.before, altered.after
    if getattr(before, "db_collation", None) == getattr(after, "db_collation", None):
        return
    indexed = altered.before.unique or is_indexed(altered.before)
    if indexed or leads_an_index(site.before, altered.model, altered.before.name):
        yield Found(
            f"Column '{column_of(altered)}' changes its collation: its indexes are"
            " built anew.",
            table=altered.table,
            object=altered.after.column,
            work=Work.REWRITE,
        )
