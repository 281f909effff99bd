"""SG570: an operation for which MariaDB copies the table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django_schemaguard.core.lint import Work
from django_schemaguard.lint.fields import column_of
from django_schemaguard.lint.rule import (
    BY_DATA,
    MARIADB,
    WARNING,
    Found,
    operation_rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG570",
    WARNING,
    "Run it when nobody writes, or with an online schema change tool.",
    vendors=MARIADB,
    layers=BY_DATA,
)
def table_copied(site: Site) -> Iterator[Found]:
    """MariaDB can do the operation only by copying the table.

    Why it matters:
        Writes wait until all rows are copied. Type changes, foreign keys, checks and
        volatile defaults are told by rules of their own (SG509, SG508, SG531,
        SG503).

    Fix:
        Run it when nobody writes to the table, or with a tool that changes tables
        online.
    """
    added = site.added
    if added is None:
        return
    field: Any = added.field
    if field.generated and field.db_persist:
        yield Found(
            f"Column '{column_of(added)}' is generated and stored: it is copied.",
            table=added.table,
            object=field.column,
            work=Work.REWRITE,
        )
