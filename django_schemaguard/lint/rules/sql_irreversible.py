"""SG560: SQL that cannot be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.migrations.operations import RunSQL

from django_schemaguard.lint.rule import WARNING, Found, operation_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG560",
    WARNING,
    "Give it a reverse_sql; RunSQL.noop where there is nothing to undo.",
)
def sql_irreversible(site: Site) -> Iterator[Found]:
    """A ``RunSQL`` has no ``reverse_sql``.

    Why it matters:
        The migration cannot be unapplied, nor any before it: a run that fails later
        stays where it is.

    Fix:
        Write the reverse, or ``RunSQL.noop`` where what it made may stay.
    """
    operation = site.operation
    if isinstance(operation, RunSQL) and not operation.reversible and site.sql:
        words = " ".join(site.sql[0].upper[:3])
        yield Found(f"RunSQL ({words} …) cannot be undone.")
