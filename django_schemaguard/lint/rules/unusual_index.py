"""SG525: an index that seldom pays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.migrations.operations import AddIndex

from django_schemaguard.lint.rule import INFO, POSTGRESQL, Found, operation_rule
from django_schemaguard.lint.travel import table_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site

_MANY = 3


@operation_rule(
    "SG525",
    INFO,
    "Look at the queries it is for: the first columns often do.",
    vendors=POSTGRESQL,
)
def unusual_index(site: Site) -> Iterator[Found]:
    """An index has more than three columns, or is a hash index.

    Why it matters:
        Each column makes the index larger and each write slower, and those behind
        the third seldom narrow a search. A hash index answers equality alone, sorts
        nothing and cannot be unique.

    Fix:
        Look at the queries that it is for. Keep it where it was measured, and allow
        it there.
    """
    operation: Any = site.operation
    if not (site.plain(AddIndex) or site.is_a("AddIndexConcurrently")):
        return
    model, index = site.model(operation.model_name), operation.index
    if model is None:
        return
    columns = len(index.fields) + len(index.expressions)
    subject = f"Index '{index.name}' on '{table_of(model)}'"
    if columns > _MANY:
        yield Found(
            f"{subject} has {columns} columns.",
            table=site.ref(model),
            object=index.name,
        )
    if type(index).__name__ == "HashIndex":
        yield Found(
            f"{subject} is a hash index.", table=site.ref(model), object=index.name
        )
