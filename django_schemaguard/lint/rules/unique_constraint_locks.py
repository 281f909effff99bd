"""SG530: a unique constraint whose index is built under a lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.core.lint import Work
from django_schemaguard.lint.made import columns_of_fields, new_uniques
from django_schemaguard.lint.rule import BY_DATA, ERROR, WARNING, Found, operation_rule
from django_schemaguard.lint.violators import duplicates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG530",
    WARNING,
    "Build a unique index concurrently, then ADD CONSTRAINT … USING INDEX.",
    layers=BY_DATA,
)
def unique_constraint_locks(site: Site) -> Iterator[Found]:
    """A unique constraint is added to a table that was there before.

    Why it matters:
        PostgreSQL builds its index while nobody reads or writes the table (while
        writes wait, if it has a condition or expressions). Rows that share their
        values make it fail, on every server; that is told where there is a database.

    Fix:
        Build a unique index concurrently in a migration with ``atomic = False``, and
        make it the constraint with ``ADD CONSTRAINT … UNIQUE USING INDEX`` inside
        ``SeparateDatabaseAndState`` in the next.
    """
    for table, fields, name, condition in new_uniques(site):
        subject = f"'{name}'" if name else f"({', '.join(fields)})"
        columns = columns_of_fields(site, table, fields)
        if (
            site.live is not None
            and columns
            and duplicates(site, table, columns, condition)
        ):
            yield Found(
                f"Unique {subject} on '{table.name}' fails: rows share their values.",
                "Mend the rows that share their values first.",
                table=table,
                object=name,
                severity=ERROR,
                certain=True,
            )
        elif site.vendor == "postgresql":
            yield Found(
                f"Unique {subject} on '{table.name}' builds its index under a lock.",
                table=table,
                object=name,
                work=Work.REWRITE,
            )
