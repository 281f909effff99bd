"""SG507: a new column whose unique index is built under an exclusive lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.core.lint import Work
from django_schemaguard.lint.fields import column_of
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
    "SG507",
    WARNING,
    "Add it plain, build a unique index concurrently, then declare it unique.",
    vendors=POSTGRESQL,
    layers=BY_DATA,
)
def unique_column(site: Site) -> Iterator[Found]:
    """A unique or one-to-one column is added.

    Why it matters:
        The unique index is built in the same statement, while nobody reads or
        writes the table.

    Fix:
        Add the column without ``unique``. Build a unique index concurrently, and
        make it the constraint with ``ALTER TABLE … ADD CONSTRAINT … UNIQUE USING
        INDEX`` inside ``SeparateDatabaseAndState``, whose state operation is the
        ``AlterField`` to ``unique=True``.
    """
    added = site.added
    if added is not None and added.field.unique and not added.field.primary_key:
        yield Found(
            f"Column '{column_of(added)}' is unique: its index is built under an"
            " exclusive lock.",
            table=added.table,
            object=added.field.column,
            work=Work.REWRITE,
        )
