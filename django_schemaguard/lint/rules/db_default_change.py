"""SG516: a database default that the running code relies on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.lint.fields import column_of
from django_schemaguard.lint.rule import INFO, WARNING, Found, operation_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG516",
    INFO,
    "Deploy code that does without it first, and change it a deploy later.",
)
def db_default_change(site: Site) -> Iterator[Found]:
    """A column loses its database default, or gets another.

    Why it matters:
        The code that still runs says DEFAULT when it inserts. Without a default a
        NOT NULL column then refuses the row, which is a warning; with another one it
        gets a value that this code does not mean, which is info.

    Fix:
        In one deploy, change the code so that it gives the value itself. Change the
        default in the next.
    """
    altered = site.altered
    if altered is None or altered.after.generated or altered.before.generated:
        return
    if not altered.before.has_db_default():
        return
    column = column_of(altered)
    if not altered.after.has_db_default():
        fails = not altered.after.null
        then = "INSERTs of the old code fail" if fails else "old code inserts NULL"
        yield Found(
            f"Column '{column}' loses its database default: {then}.",
            table=altered.table,
            object=altered.after.column,
            severity=WARNING if fails else INFO,
        )
    elif altered.before.db_default != altered.after.db_default:
        yield Found(
            f"Column '{column}' gets another database default, also for the old code.",
            table=altered.table,
            object=altered.after.column,
        )
