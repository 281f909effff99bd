"""SG513: an index or unique constraint that a field gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django_schemaguard.core.lint import Work
from django_schemaguard.lint.fields import column_of, is_foreign_key, is_indexed
from django_schemaguard.lint.rule import BY_DATA, ERROR, WARNING, Found, operation_rule
from django_schemaguard.lint.violators import duplicates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Added, Altered, Site


@operation_rule(
    "SG513",
    WARNING,
    "Declare it in Meta.indexes, and add it with AddIndexConcurrently.",
    layers=BY_DATA,
)
def field_index_blocks(site: Site) -> Iterator[Found]:
    """A field gets ``db_index`` or ``unique``.

    Why it matters:
        PostgreSQL builds the index while writes wait, or, for ``unique``, while
        reads wait, too. A field cannot be indexed concurrently. Values that occur
        twice make ``unique`` fail, on every server; that is told where there is a
        database.

    Fix:
        For an index, declare ``models.Index`` in ``Meta.indexes`` and add it with
        ``AddIndexConcurrently``. For a unique column, build a unique index
        concurrently and make it the constraint (see SG507).
    """
    added, altered = site.added, site.altered
    if (
        added is not None
        and is_indexed(added.field)
        and not is_foreign_key(added.field)
    ):
        yield from _index(site, added, added.field)
    if altered is None:
        return
    if altered.after.unique and not altered.before.unique:
        yield from _unique(site, altered)
    elif is_indexed(altered.after) and not is_indexed(altered.before):
        yield from _index(site, altered, altered.after)


def _index(site: Site, change: Added | Altered, field: Any) -> Iterator[Found]:
    if site.vendor == "postgresql":
        yield Found(
            f"Column '{column_of(change)}' gets an index: writes wait until it is"
            " built.",
            table=change.table,
            object=field.column,
            work=Work.REWRITE,
        )


def _unique(site: Site, altered: Altered) -> Iterator[Found]:
    column = str(altered.before.column)
    if site.live is not None and duplicates(site, altered.table, [column]):
        yield Found(
            f"Column '{column_of(altered)}' becomes unique, and values occur twice: it"
            " fails.",
            "Mend the rows that share a value first.",
            table=altered.table,
            object=column,
            severity=ERROR,
            certain=True,
        )
    elif site.vendor == "postgresql":
        yield Found(
            f"Column '{column_of(altered)}' becomes unique: its index is built under"
            " an exclusive lock.",
            "Build a unique index concurrently, then make it the constraint.",
            table=altered.table,
            object=altered.after.column,
            work=Work.REWRITE,
        )
