"""SG571: a table that SQLite makes anew, without what Django does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.core.schema import TableRef
from django_schemaguard.lint.made import declared
from django_schemaguard.lint.rule import (
    DATA_ALONE,
    ERROR,
    SQLITE,
    Found,
    operation_rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG571",
    ERROR,
    "Declare what is there in models and migrations, or make it again after.",
    vendors=SQLITE,
    layers=DATA_ALONE,
    destructive=True,
)
def remake_loses(site: Site) -> Iterator[Found]:
    """Django makes a SQLite table anew, and what no model declares is lost.

    Why it matters:
        For most changes Django copies the rows into a new table made from the model,
        and drops the old one. Columns that the model does not have go with their
        values; so do triggers, and indexes that it does not declare.

    Fix:
        Declare the columns and indexes. Make triggers again in a ``RunSQL`` after
        the operation.
    """
    if site.live is None or site.vendor != "sqlite":
        return
    for name in dict.fromkeys(site.remade):
        if name in site.travel.fresh:
            continue
        lost = site.live.undeclared(name, declared(site, name))
        if lost:
            yield Found(
                f"Table '{name}' is made anew, and loses {', '.join(lost)}.",
                table=TableRef(None, name),
            )
