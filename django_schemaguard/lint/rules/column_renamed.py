"""SG542: a column that the running code knows by its old name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.lint.rule import ERROR, Found, operation_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG542",
    ERROR,
    "Keep the column's name with db_column, or add a new column and move over.",
    destructive=True,
)
def column_renamed(site: Site) -> Iterator[Found]:
    """A column gets another name.

    Why it matters:
        The code that still runs selects it by its old name, and fails from then on;
        and after a rollback of the code, so does that.

    Fix:
        Rename the field alone, and keep the column with ``db_column``. Or expand and
        contract: add a new column, write both, fill it, read the new one, drop the
        old one.
    """
    renamed = site.renamed
    if renamed is None or renamed.before.column == renamed.after.column:
        return
    old, new = renamed.before.column, renamed.after.column
    if old is None or new is None:
        return
    if (renamed.table.name, old) not in site.travel.fresh_columns:
        yield Found(
            f"Column '{renamed.table.name}.{old}' becomes '{new}': the old code does"
            " not know it.",
            table=renamed.table,
            object=old,
        )
