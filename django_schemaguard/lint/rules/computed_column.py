"""SG506: a new column that the server works out for each row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django_schemaguard.core.lint import Work
from django_schemaguard.lint.fields import column_of, numbers_itself
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
    "SG506",
    WARNING,
    "Let the application fill a plain column, or use a virtual one (PostgreSQL 18).",
    vendors=POSTGRESQL,
    layers=BY_DATA,
)
def computed_column(site: Site) -> Iterator[Found]:
    """A stored generated column or an automatic number is added.

    Why it matters:
        The server works the value out for each row and rewrites the table; until
        that is done nobody reads or writes it.

    Fix:
        On PostgreSQL 18, ``GeneratedField(db_persist=False)`` costs nothing.
        Otherwise add a plain column, fill it in batches, and keep it up to date in
        the application or by a trigger.
    """
    added = site.added
    if added is None:
        return
    field: Any = added.field
    if field.generated and field.db_persist:
        what = "is generated and stored"
    elif numbers_itself(field):
        what = "numbers the rows"
    else:
        return
    yield Found(
        f"Column '{column_of(added)}' {what}: the table is rewritten.",
        table=added.table,
        object=field.column,
        work=Work.REWRITE,
    )
