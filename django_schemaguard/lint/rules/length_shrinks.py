"""SG510: a column that becomes shorter than values in it may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.core.lint import Work
from django_schemaguard.lint.changes import TypeChange, plain_type, type_change_of
from django_schemaguard.lint.conversions import values_after
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
    "SG510",
    WARNING,
    "Add a check constraint NOT VALID instead, and mend the rows that break it.",
    vendors=POSTGRESQL,
    layers=BY_DATA,
)
def length_shrinks(site: Site) -> Iterator[Found]:
    """A column becomes shorter or less precise.

    Why it matters:
        The migration fails if any value is too long, and reads or rewrites the whole
        table if none is. Where Django writes a cast (from ``text``, from a
        ``SlugField``), longer values are cut instead, without a word; SG517 tells
        whether there are any. The code that still runs may write longer ones.

    Fix:
        Deploy code that writes short values, mend those that are there, and add a
        ``CheckConstraint`` on the length rather than a shorter type.
    """
    altered = site.altered
    if altered is None:
        return
    old, new = plain_type(site, altered.before), plain_type(site, altered.after)
    if type_change_of(old, new, site.vendor) is TypeChange.SHRINK:
        values = values_after(site.travel.connection, altered.before, altered.after)
        then = "are cut" if values.lost else "make it fail"
        yield Found(
            f"Column '{column_of(altered)}' shrinks from {old} to {new}: longer values"
            f" {then}.",
            table=altered.table,
            object=altered.after.column,
            work=Work.REWRITE,
        )
