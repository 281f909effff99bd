"""SG540: a column that the running code still selects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.core.schema import TableRef
from django_schemaguard.lint.rule import ERROR, Found, operation_rule
from django_schemaguard.lint.travel import table_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG540",
    ERROR,
    "Deploy code without the field first, its state removed; drop the column after.",
    destructive=True,
)
def column_removed(site: Site) -> Iterator[Found]:
    """A column is dropped, or the table of a many-to-many field.

    Why it matters:
        The code that still runs selects the column in every query, and fails from
        then on. What is in the column is lost, and no rollback brings it back.

    Fix:
        In one deploy, remove the field from the models, with a migration whose
        ``RemoveField`` is a state operation of ``SeparateDatabaseAndState`` (give a
        NOT NULL column a database default, or allow NULL, so that INSERTs work).
        Drop the column in the next deploy, and allow this rule there.
    """
    if site.removed is None:
        return
    field, table = site.removed
    if field.many_to_many:
        through = field.remote_field.through
        if through._meta.auto_created:  # noqa: SLF001
            name = table_of(through)
            if name not in site.travel.fresh:
                yield Found(
                    f"Table '{name}' of '{table.name}.{field.name}' is dropped with"
                    " its rows.",
                    table=TableRef(None, name),
                )
        return
    column = getattr(field, "column", None)
    if column is None or (table.name, column) in site.travel.fresh_columns:
        return
    yield Found(
        f"Column '{table.name}.{column}' is dropped: the old code still selects it.",
        table=table,
        object=column,
    )
