"""SG543: a table that the running code knows by its old name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.migrations.operations import AlterModelTable, RenameModel

from django_schemaguard.core.schema import TableRef
from django_schemaguard.lint.rule import BY_SQL, ERROR, WARNING, Found, operation_rule
from django_schemaguard.lint.travel import table_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG543",
    ERROR,
    "Keep the table's name with Meta.db_table, or leave a view of the old name.",
    layers=BY_SQL,
    destructive=True,
)
def table_renamed(site: Site) -> Iterator[Found]:
    """A table gets another name, or moves to another tablespace.

    Why it matters:
        The code that still runs uses the old name, and fails from then on. A move
        copies the table under an exclusive lock.

    Fix:
        Rename the model alone and keep the table with ``Meta.db_table``. Or leave a
        view of the old name behind until the old code is gone.
    """
    for old, new in _pairs(site):
        table = site.existing(old)
        if table is not None and new is not None and table_of(new) != table.name:
            yield Found(
                f"Table '{table.name}' becomes '{table_of(new)}': the old code does not"
                " know it.",
                table=table,
            )
    for statement in site.stated:
        if statement.starts("ALTER", "TABLE") and statement.has("SET", "TABLESPACE"):
            name = statement.name_after("ALTER", "TABLE") or "?"
            yield Found(
                f"Table '{name}' moves to another tablespace: it is copied under an"
                " exclusive lock.",
                table=TableRef(None, name),
                severity=WARNING,
            )


def _pairs(site: Site) -> Iterator[tuple[Any, Any]]:
    renamed = site.plain(RenameModel)
    if renamed is not None:
        yield (
            site.model(renamed.old_name, after=False),
            site.model(renamed.new_name),
        )
    altered = site.plain(AlterModelTable)
    if altered is not None:
        yield site.model(altered.name, after=False), site.model(altered.name)
