"""SG512: a column in which the running code may meet its first NULL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.lint.fields import column_of
from django_schemaguard.lint.rule import INFO, Found, operation_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG512",
    INFO,
    "Deploy code that copes with NULL before any code writes one.",
)
def drops_not_null(site: Site) -> Iterator[Found]:
    """A column that was NOT NULL allows NULL.

    Why it matters:
        Code that still runs has never seen a NULL there, and may fail when the new
        code writes the first one.

    Fix:
        Deploy the code that reads NULL before the code that writes it.
    """
    altered = site.altered
    if altered is not None and altered.after.null and not altered.before.null:
        yield Found(
            f"Column '{column_of(altered)}' allows NULL: old code may not expect it.",
            table=altered.table,
            object=altered.after.column,
        )
