"""SG517: a column whose new type cuts or rounds its values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.lint.changes import plain_type
from django_schemaguard.lint.conversions import values_after
from django_schemaguard.lint.fields import column_of
from django_schemaguard.lint.live import Unknown
from django_schemaguard.lint.rule import BY_DATA, ERROR, Found, operation_rule
from django_schemaguard.lint.violators import changed_values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Altered, Site


@operation_rule(
    "SG517",
    ERROR,
    "Add a new column of that type, fill it, and drop the old one in a later deploy.",
    layers=BY_DATA,
    destructive=True,
)
def values_cut(site: Site) -> Iterator[Found]:
    """A column gets a type that cuts or rounds its values, and nothing fails.

    Why it matters:
        What is cut off or rounded away is lost, and no rollback brings it back: a
        ``numeric`` of fewer places or an integer rounds, a ``date`` drops the time.
        PostgreSQL cuts texts where Django writes a cast, which it does where the
        kind of field changes, such as ``TextField`` to ``CharField``; a ``varchar``
        that only becomes shorter fails there instead, and so it does on MariaDB in
        its strict mode. SQLite keeps values as they are. Where a database is asked
        and no value would change, nothing is told.

    Fix:
        Keep the old column: add one of the new type, fill it, switch the code over,
        and drop the old one once nobody misses what it held.
    """
    altered = site.altered
    if altered is None or altered.after.generated:
        return
    column = (altered.table.name, str(altered.before.column))
    values = values_after(site.travel.connection, altered.before, altered.after)
    if not values.lost or column in site.travel.fresh_columns:
        return
    old, new = plain_type(site, altered.before), plain_type(site, altered.after)
    if site.live is None or _changes(site, altered, old, new):
        yield Found(
            f"Column '{column_of(altered)}' changes from {old} to {new}:"
            f" {values.value} for good.",
            table=altered.table,
            object=altered.before.column,
        )


def _changes(site: Site, altered: Altered, old: str, new: str) -> bool:
    """Return whether a value changes, or may, since the server could not tell."""
    try:
        return changed_values(site, altered, old, new)
    except Unknown:
        return True
