"""SG504: a new column whose default is worked out only once."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING

from django_schemaguard.lint.fields import column_of
from django_schemaguard.lint.rule import BY_DATA, ERROR, WARNING, Found, operation_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Added, Site


@operation_rule(
    "SG504",
    WARNING,
    "Add it nullable, fill each row in a RunPython, then make it unique.",
    layers=BY_DATA,
)
def one_default_for_all_rows(site: Site) -> Iterator[Found]:
    """A column is added that should differ from row to row, and gets one value.

    Why it matters:
        Django calls ``default`` once and writes what it gives into all rows. So each
        gets the same UUID or token; where the column is unique, the migration
        fails. Dates and times are left out unless unique: one moment for all rows
        is what most people mean.

    Fix:
        Add the column nullable, fill each row with a value of its own, and make it
        unique and NOT NULL after, as "Migrations that add unique fields" in Django's
        documentation shows.
    """
    added = site.added
    if added is None or added.default is None:
        return
    if site.live is not None and site.live.is_empty(added.table):
        return
    if added.field.unique:
        yield Found(
            f"Unique column '{column_of(added)}' gets one value for all rows:"
            " it fails with two.",
            table=added.table,
            object=added.field.column,
            severity=ERROR,
        )
    elif _differs(added):
        yield Found(
            f"Column '{column_of(added)}' gets one value for all rows, though each"
            " call of its default gives another.",
            table=added.table,
            object=added.field.column,
        )


def _differs(added: Added) -> bool:
    default = added.operation.field.default
    if not callable(default) or isinstance(added.default, date | time):
        return False
    return bool(default() != default())
