"""SG515: a primary key that becomes another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.migrations.operations import AddField

from django_schemaguard.core.lint import Work
from django_schemaguard.lint.changes import TypeChange, plain_type, type_change_of
from django_schemaguard.lint.fields import column_of
from django_schemaguard.lint.rule import (
    BY_DATA,
    INFO,
    WARNING,
    Found,
    operation_rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG515",
    WARNING,
    "Build the new key beside the old one, and swap them in a short transaction.",
    layers=BY_DATA,
)
def primary_key_change(site: Site) -> Iterator[Found]:
    """The primary key changes its type, or another column becomes the key.

    Why it matters:
        The table is rewritten, and so is each column that refers to it, in one
        transaction and under exclusive locks on all these tables. A
        ``CompositePrimaryKey`` that a migration adds changes the state alone: Django
        makes no key in the database.

    Fix:
        On large tables add a new column, fill it in batches, build its unique index
        concurrently, and swap the constraints. Add a composite key by ``RunSQL``.
    """
    yield from _composite(site)
    altered = site.altered
    if altered is None or not altered.after.primary_key:
        return
    old, new = plain_type(site, altered.before), plain_type(site, altered.after)
    if not altered.before.primary_key:
        what = "becomes the primary key"
    elif old != new:
        what = f"is the primary key and changes from {old} to {new}"
    else:
        return
    if (
        type_change_of(old, new, site.vendor) is TypeChange.FREE
        and altered.before.primary_key
    ):
        return
    yield Found(
        f"Column '{column_of(altered)}' {what}: the table and those that refer to it"
        " are rewritten.",
        table=altered.table,
        object=altered.after.column,
        work=Work.REWRITE,
        severity=INFO if site.vendor == "sqlite" and site.live is None else None,
    )


def _composite(site: Site) -> Iterator[Found]:
    operation = site.plain(AddField)
    if operation is None or not hasattr(operation.field, "field_names"):
        return
    table = site.existing(site.model(operation.model_name))
    if table is not None:
        yield Found(
            f"Django makes no composite primary key on '{table.name}': only the state"
            " changes.",
            "Add the key with RunSQL.",
            table=table,
        )
