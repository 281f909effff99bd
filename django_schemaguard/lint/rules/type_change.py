"""SG509: a column whose new type makes the server rewrite the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.core.lint import Work
from django_schemaguard.lint.changes import TypeChange, plain_type, type_change_of
from django_schemaguard.lint.fields import column_of
from django_schemaguard.lint.rule import BY_DATA, INFO, WARNING, Found, operation_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG509",
    WARNING,
    "Add a new column, fill it in batches, switch the code over, drop the old one.",
    layers=BY_DATA,
)
def type_change(site: Site) -> Iterator[Found]:
    """A column gets a type that its values have to be converted to.

    Why it matters:
        The server rewrites the table and its indexes, while nobody reads or writes
        it, and the code that still runs meets the new type. Free on PostgreSQL are a
        longer ``varchar``, ``varchar`` to ``text``, and a ``numeric`` of more digits
        and the same scale; on MariaDB, a ``varchar`` that keeps its length prefix.

    Fix:
        On a large table: a new column, kept up to date by the code, filled in
        batches, and swapped in later.
    """
    altered = site.altered
    if altered is None or altered.after.primary_key or altered.before.primary_key:
        return
    old, new = plain_type(site, altered.before), plain_type(site, altered.after)
    if type_change_of(old, new, site.vendor) is TypeChange.REWRITE:
        yield Found(
            f"Column '{column_of(altered)}' changes from {old} to {new}: the table is"
            " rewritten.",
            table=altered.table,
            object=altered.after.column,
            work=Work.REWRITE,
            severity=INFO if site.vendor == "sqlite" and site.live is None else None,
        )
