"""SG561: SQL that drops tables and columns, or empties them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.lint.rule import BY_SQL, ERROR, Found, operation_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG561",
    ERROR,
    "Keep a copy of what goes; where it is meant, allow this rule there.",
    layers=BY_SQL,
    destructive=True,
)
def sql_destroys(site: Site) -> Iterator[Found]:
    """A ``RunSQL`` drops or empties a table, drops a column or a schema, or cascades.

    Why it matters:
        Rows are lost, and no rollback brings them back: ``DROP TABLE``, ``DROP
        COLUMN``, ``DROP SCHEMA`` and ``DROP DATABASE``, ``TRUNCATE``, and a
        ``DELETE`` whose WHERE says nothing. CASCADE also takes whatever depends on
        it: views, constraints and, with TRUNCATE, other tables' rows. What the run
        itself has created holds nothing old; an index, a view, a trigger or a type
        that is dropped without CASCADE takes no rows.

    Fix:
        Drop what no code uses any more in a later deploy, after a backup; name what
        is to go, without CASCADE. Where it is meant, allow it beside the migration.
    """
    for loss in site.sql_losses:
        if loss.whole:
            yield Found(loss.says, loss.hint)
