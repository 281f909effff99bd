"""SG505: a new column whose check makes the server read all rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.core.lint import Work
from django_schemaguard.lint.fields import column_of
from django_schemaguard.lint.rule import (
    BY_DATA,
    INFO,
    POSTGRESQL,
    Found,
    operation_rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG505",
    INFO,
    "Add it without the check, then the check NOT VALID, and validate it.",
    vendors=POSTGRESQL,
    layers=BY_DATA,
)
def column_with_check(site: Site) -> Iterator[Found]:
    """A column is added together with a check, as ``PositiveIntegerField`` has one.

    Why it matters:
        PostgreSQL reads all rows to verify the check, while nobody reads or writes
        the table. That is about 0.2 s for a million rows.

    Fix:
        On a large table, add a plain ``IntegerField`` with a ``CheckConstraint`` by
        ``AddConstraintNotValid``, validated in the next migration.
    """
    added = site.added
    if added is None or added.field.generated:
        return
    if added.field.db_parameters(site.travel.connection).get("check"):
        yield Found(
            f"Column '{column_of(added)}' comes with a check: all rows are read under"
            " an exclusive lock.",
            table=added.table,
            object=added.field.column,
            work=Work.SCAN,
        )
