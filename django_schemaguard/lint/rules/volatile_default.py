"""SG503: a new column whose default differs from row to row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.core.lint import Work
from django_schemaguard.lint.fields import column_of
from django_schemaguard.lint.rule import (
    BY_DATA,
    MARIADB,
    POSTGRESQL,
    WARNING,
    Found,
    operation_rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site

_VOLATILE = {
    "postgresql": frozenset(
        {
            "CLOCK_TIMESTAMP",
            "GEN_RANDOM_UUID",
            "NEXTVAL",
            "RANDOM",
            "RANDOM_NORMAL",
            "TIMEOFDAY",
            "UUIDV4",
            "UUIDV7",
            "UUID_GENERATE_V1",
            "UUID_GENERATE_V1MC",
            "UUID_GENERATE_V4",
        }
    ),
    "mysql": frozenset(
        {"RAND", "RANDOM_BYTES", "SYS_GUID", "UUID", "UUID_SHORT", "UUID_V4", "UUID_V7"}
    ),
}


@operation_rule(
    "SG503",
    WARNING,
    "Add it nullable, set the default after, and fill old rows in batches.",
    vendors=POSTGRESQL | MARIADB,
    layers=BY_DATA,
)
def volatile_default(site: Site) -> Iterator[Found]:
    """A column is added with a database default that differs from row to row.

    Why it matters:
        The server works the default out for each row and rewrites the table; until
        that is done nobody reads or writes it. Constants and ``Now()`` are free:
        they are stored once. Functions that the rule does not know are looked up in
        the database, if there is one.

    Fix:
        Add the column nullable and without default, set the default in a second
        operation, which is for new rows alone, and fill the old rows in batches.
    """
    added = site.added
    if added is None or not added.field.has_db_default():
        return
    known = _VOLATILE[site.vendor]
    for name in site.functions_in_default(added.field):
        if name in known or (name and _declared_volatile(site, name)):
            yield Found(
                f"Column '{column_of(added)}' has a default that differs from row to"
                f" row ({name.lower()}): the table is rewritten.",
                table=added.table,
                object=added.field.column,
                work=Work.REWRITE,
            )
            return


def _declared_volatile(site: Site, name: str) -> bool:
    if site.live is None or site.vendor != "postgresql":
        return False
    sql = "SELECT bool_and(provolatile = 'v') FROM pg_proc WHERE proname = %s"
    return bool(site.live.query(sql, name.lower())[0][0])
