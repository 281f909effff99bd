"""SG535: a foreign key of another type than the column it refers to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.lint.fields import new_foreign_keys, target_of
from django_schemaguard.lint.rule import (
    DATA_ALONE,
    ERROR,
    MARIADB,
    POSTGRESQL,
    Found,
    operation_rule,
)
from django_schemaguard.lint.travel import table_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG535",
    ERROR,
    "Bring the column that it refers to up to date first.",
    vendors=POSTGRESQL | MARIADB,
    layers=DATA_ALONE,
)
def foreign_key_type(site: Site) -> Iterator[Found]:
    """A foreign key is added whose type is not that of the column it refers to.

    Why it matters:
        The database has the other column with an older type than the models say,
        such as ``char(32)`` of a UUID made before Django 5.0, or a serial ``integer``
        that is ``bigint`` by now. MariaDB refuses the constraint; PostgreSQL
        refuses some, and casts in every join for others.

    Fix:
        ``validate`` tells what differs. Bring the column up to date in a migration of
        its own first.
    """
    for model, field in new_foreign_keys(site):
        parent = target_of(field)
        if site.live is None or not field.db_constraint or parent in site.travel.fresh:
            continue
        wanted = site.live.settled(site.type_of(field))
        actual = site.live.type_of(parent, field.target_field.column)
        if actual is not None and actual != wanted:
            yield Found(
                f"Foreign key '{table_of(model)}.{field.column}' is {wanted}, and"
                f" '{parent}.{field.target_field.column}' is {actual}.",
                table=site.ref(model),
                object=field.column,
            )
