"""SG502: a new NOT NULL column that the running code does not fill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.lint.fields import column_of, numbers_itself
from django_schemaguard.lint.rule import WARNING, Found, operation_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG502",
    WARNING,
    "Give it a db_default, too, or add it nullable and tighten it a deploy later.",
)
def default_only_in_python(site: Site) -> Iterator[Found]:
    """A NOT NULL column is added whose default only Python knows.

    Why it matters:
        Django fills the rows that exist and then drops the default from the
        database. Until the new code runs everywhere, the old code's INSERTs leave
        the column out, and fail.

    Fix:
        Declare ``db_default`` beside ``default``. Or add the column nullable, deploy
        the code that fills it, and make it NOT NULL in a later migration. Where the
        application is stopped while migrating, allow it.
    """
    added = site.added
    if added is None or added.field.null or not added.filled:
        return
    if not numbers_itself(added.field):
        yield Found(
            f"Column '{column_of(added)}' keeps no default in the database:"
            " INSERTs of the old code fail.",
            table=added.table,
            object=added.field.column,
        )
