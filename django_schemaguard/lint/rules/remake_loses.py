"""SG571: a table that SQLite makes anew, without what Django does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.core.schema import TableRef
from django_schemaguard.lint.declared import Declared, declared
from django_schemaguard.lint.rule import (
    DATA_ALONE,
    ERROR,
    SQLITE,
    Found,
    operation_rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.live import Live
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
        known = declared(site.travel, name)
        if known is None or name in site.travel.fresh | site.travel.remade:
            continue
        site.travel.remade.add(name)
        lost = undeclared(site.live, name, known)
        if lost:
            yield Found(
                f"Table '{name}' is made anew, and loses {', '.join(lost)}.",
                table=TableRef(None, name),
            )


def undeclared(live: Live, table: str, known: Declared) -> list[str]:
    """Return what a table of SQLite has beside what is declared."""
    if table not in live.tables:
        return []
    lost = [f"column '{each}'" for each in live.columns(table) - known.columns]
    for kind, name in live.query(
        "SELECT type, name FROM sqlite_master WHERE tbl_name = %s"
        " AND type IN ('index', 'trigger') AND sql IS NOT NULL",
        table,
    ):
        if kind == "index" and _is_declared(live, str(name), known):
            continue
        lost.append(f"{kind} '{name}'")
    return sorted(lost)


def _is_declared(live: Live, index: str, known: Declared) -> bool:
    if index in known.names:
        return True
    rows = live.query(f"PRAGMA index_info({live.quoted(index)})")
    return tuple(str(row[2]) for row in rows) in known.indexes
