"""SG526: a name that an INVALID index has already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.migrations.operations import AddIndex

from django_schemaguard.lint.made import concurrent_indexes
from django_schemaguard.lint.rule import (
    DATA_ALONE,
    ERROR,
    POSTGRESQL,
    Found,
    operation_rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG526",
    ERROR,
    "Drop the INVALID index concurrently, then migrate.",
    vendors=POSTGRESQL,
    layers=DATA_ALONE,
)
def invalid_index_in_the_way(site: Site) -> Iterator[Found]:
    """An index is to be added, and an INVALID one has its name.

    Why it matters:
        An earlier concurrent build failed. The migration fails at the name, or with
        IF NOT EXISTS takes the useless index for the one that it wants.

    Fix:
        ``DROP INDEX CONCURRENTLY`` it, unless somebody is building it right now, and
        migrate again.
    """
    operation = site.plain(AddIndex)
    wanted = list(concurrent_indexes(site))
    if operation is not None:
        table = site.existing(site.model(operation.model_name))
        wanted += [(table, operation.index.name)] if table else []
    for table, name in wanted:
        if site.live is not None and site.live.has_invalid_index(name):
            yield Found(
                f"Index '{name}' is there already, and INVALID.",
                table=table,
                object=name,
            )
