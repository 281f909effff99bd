"""SG552: rows and tables that change in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.lint.rule import (
    BY_SQL,
    POSTGRESQL,
    WARNING,
    Found,
    migration_rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.acts import Acts


@migration_rule(
    "SG552",
    WARNING,
    "Split it: schema in one migration, data in the next.",
    vendors=POSTGRESQL,
    layers=BY_SQL,
)
def data_with_schema(acts: Acts) -> Iterator[Found]:
    """One transaction changes both rows and the tables that were there before.

    Why it matters:
        The table's exclusive lock is held for as long as the rows take. And where a
        foreign key is checked at the end of the transaction, PostgreSQL refuses to
        alter a table whose rows have just changed: "pending trigger events".

    Fix:
        Split the migration: schema, then data, then schema.
    """
    if not acts.migration.atomic:
        return
    writes = [act for act in acts.acts if act.changes_data]
    if writes and any(act.changes_schema for act in acts.acts):
        yield Found(
            "Rows and the schema of existing tables change in one transaction.",
            operation=writes[0].position,
        )
