"""SG537: a foreign key that no index serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.lint.fields import leads_an_index, new_foreign_keys
from django_schemaguard.lint.rule import EVERY, MARIADB, WARNING, Found, operation_rule
from django_schemaguard.lint.travel import table_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG537",
    WARNING,
    "Leave db_index at True, or declare an index that begins with the field.",
    vendors=EVERY - MARIADB,
)
def foreign_key_without_index(site: Site) -> Iterator[Found]:
    """A foreign key has no index that begins with its column.

    Why it matters:
        Each DELETE of a row that it could refer to, and each look from there to
        here, reads the whole table. MariaDB makes an index by itself.

    Fix:
        Leave ``db_index`` at ``True``, or declare an index or unique constraint that
        begins with the field. What a later migration of the plan adds counts.
    """
    for model, field in new_foreign_keys(site):
        if field.db_index or field.unique:
            continue
        if leads_an_index(site.travel.end, model, field.name):
            continue
        yield Found(
            f"Foreign key '{table_of(model)}.{field.column}' has no index.",
            table=site.ref(model),
            object=field.column,
        )
