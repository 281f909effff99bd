"""SG501: a new column that existing rows have no value for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.lint.fields import column_of, numbers_itself
from django_schemaguard.lint.rule import BY_DATA, ERROR, INFO, Found, operation_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG501",
    ERROR,
    "Add it nullable or with a db_default, fill it, then make it NOT NULL.",
    layers=BY_DATA,
)
def not_null_without_default(site: Site) -> Iterator[Found]:
    """A column is added that must not be NULL and has no default.

    Why it matters:
        Rows that exist have no value for it. PostgreSQL and SQLite refuse, so the
        migration fails; MariaDB invents 0, an empty text or a zero date. INSERTs of
        the code that still runs fail from then on. An empty table makes it harmless
        for the migration, not for that code.

    Fix:
        Add the column with ``db_default``; or add it nullable, fill it in batches,
        and make it NOT NULL in a later migration.
    """
    added = site.added
    if added is None or added.field.null or added.filled:
        return
    field = added.field
    if field.generated or field.has_db_default() or numbers_itself(field):
        return
    empty = site.live is not None and site.live.is_empty(added.table)
    invents = "the server invents values" if site.vendor == "mysql" else "it fails"
    yield Found(
        f"Column '{column_of(added)}' is NOT NULL without a default:"
        f" {invents} where rows exist.",
        table=added.table,
        object=field.column,
        severity=INFO if empty else None,
    )
