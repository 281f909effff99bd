"""SG585: a new table whose numbers end at two billion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.migrations.operations import CreateModel

from django_schemaguard.lint.rule import EVERY, INFO, SQLITE, Found, operation_rule
from django_schemaguard.lint.travel import table_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG585",
    INFO,
    "Use BigAutoField, also by DEFAULT_AUTO_FIELD.",
    vendors=EVERY - SQLITE,
)
def small_primary_key(site: Site) -> Iterator[Found]:
    """A table is created with an automatic key of 32 bits or fewer.

    Why it matters:
        After 2,147,483,647 numbers every INSERT fails, and numbers of failed ones
        count. Widening the key of a large table is slow (SG515). SQLite's are of 64
        bits always.

    Fix:
        ``BigAutoField``, by ``DEFAULT_AUTO_FIELD`` for all models.
    """
    operation = site.plain(CreateModel)
    model = site.model(operation.name) if operation is not None else None
    if model is None:
        return
    key = model._meta.pk  # noqa: SLF001
    if type(key).__name__ in {"AutoField", "SmallAutoField"}:
        yield Found(
            f"Table '{table_of(model)}' numbers its rows with"
            f" {site.type_of(key) or 'a small number'}.",
            table=site.ref(model),
            object=key.column,
        )
