"""SG508: a foreign key that locks the table it refers to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.core.lint import Work
from django_schemaguard.core.schema import TableRef
from django_schemaguard.lint.fields import new_foreign_keys, target_of
from django_schemaguard.lint.rule import (
    BY_DATA,
    INFO,
    MARIADB,
    POSTGRESQL,
    WARNING,
    Found,
    operation_rule,
)
from django_schemaguard.lint.travel import table_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


_MARIADB = "Use db_constraint=False, then add the key with foreign_key_checks off."


@operation_rule(
    "SG508",
    WARNING,
    "Add the constraint NOT VALID, validate it later, build its index concurrently.",
    vendors=POSTGRESQL | MARIADB,
    layers=BY_DATA,
)
def foreign_key_locks(site: Site) -> Iterator[Found]:
    """A foreign key is added; the table it refers to is locked, too.

    Why it matters:
        PostgreSQL stops writes to both tables until the transaction ends, which
        includes building the column's index and, for a column that was there
        before, reading all rows. MariaDB copies the table. Even a new and empty
        table locks the one that it refers to, for a moment; that is info.

    Fix:
        On PostgreSQL, add the field with ``db_constraint=False`` and
        ``db_index=False``, build the index concurrently, add the constraint with
        ``NOT VALID``, and validate it in a later migration. On MariaDB, add the field
        with ``db_constraint=False``, then the constraint by SQL with
        ``ALGORITHM=INPLACE`` while the session's ``foreign_key_checks`` is 0; rows
        without a parent are not looked for then. In a migration that creates tables,
        keep slow operations out of the transaction.
    """
    for model, field in new_foreign_keys(site):
        parent = target_of(field)
        if parent in site.travel.fresh or not field.db_constraint:
            continue
        table = site.existing(model)
        column = f"{table_of(model)}.{field.column}"
        if table is not None and parent == table.name:
            continue  # That lock it has anyway.
        if table is None:
            if site.vendor == "postgresql":
                yield Found(
                    f"Foreign key '{column}' locks '{parent}' against writes until"
                    " the transaction ends.",
                    "Keep slow operations out of the transaction.",
                    table=TableRef(None, parent),
                    object=field.column,
                    severity=INFO,
                )
            continue
        copies = site.vendor == "mysql"
        does = "copies the table" if copies else f"locks '{parent}', too"
        yield Found(
            f"Foreign key '{column}' {does}.",
            _MARIADB if copies else None,
            table=table,
            object=field.column,
            work=Work.REWRITE,
        )
