"""SG566: SQL that deletes or changes some rows for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.lint.rule import BY_SQL, WARNING, Found, operation_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG566",
    WARNING,
    "Copy the old values into a table first, or back up with --backup.",
    layers=BY_SQL,
)
def sql_changes_rows(site: Site) -> Iterator[Found]:
    """A ``RunSQL`` deletes rows, changes values, or runs what cannot be read.

    Why it matters:
        No rollback brings back what a ``DELETE … WHERE`` removed or an ``UPDATE``
        overwrote, nor what another type of a column cut. What ``DO`` and ``CALL``
        run is not read. An ``UPDATE`` that only fills columns that are new in the
        run, or NULL, loses nothing.

    Fix:
        Copy what will be lost into a table of its own, or back up before the run
        with ``--backup``.
    """
    for loss in site.sql_losses:
        if not loss.whole:
            yield Found(loss.says, loss.hint)
