"""SG584: a name that the server cuts off or refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.lint.made import new_names
from django_schemaguard.lint.rule import (
    ERROR,
    MARIADB,
    POSTGRESQL,
    WARNING,
    Found,
    operation_rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site

_LONGEST = {"postgresql": 63, "mysql": 64}


@operation_rule(
    "SG584",
    WARNING,
    "Give it a shorter name.",
    vendors=POSTGRESQL | MARIADB,
)
def name_too_long(site: Site) -> Iterator[Found]:
    """A table, column, index or constraint has too long a name.

    Why it matters:
        PostgreSQL keeps the first 63 bytes and says so in a notice alone: two names
        may become one, and tools look for one that is not there. MariaDB refuses
        names of more than 64 characters, which is an error.

    Fix:
        Give it a shorter name.
    """
    longest = _LONGEST[site.vendor]
    for what, name in new_names(site):
        size = len(name.encode()) if site.vendor == "postgresql" else len(name)
        if size > longest:
            refused = site.vendor == "mysql"
            does = "it is refused" if refused else f"cut off after {longest} bytes"
            yield Found(
                f"{what} name '{name}' is too long: {does}.",
                object=name,
                severity=ERROR if refused else None,
            )
