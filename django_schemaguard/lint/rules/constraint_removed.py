"""SG538: a constraint that code may rely on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.migrations.operations import AlterUniqueTogether, RemoveConstraint

from django_schemaguard.lint.fields import is_foreign_key
from django_schemaguard.lint.rule import INFO, Found, operation_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.schema import TableRef
    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG538",
    INFO,
    "Make sure that no code relies on it.",
)
def constraint_removed(site: Site) -> Iterator[Found]:
    """A constraint is removed.

    Why it matters:
        From then on the database takes what it refused. Code that counts on it, such
        as ``get_or_create`` on unique fields, may store rows twice; and rows that
        break it keep it from coming back.

    Fix:
        Make sure that nothing relies on it; put what replaces it in place first.
    """
    for table, subject, name in (*_options(site), *_field(site)):
        yield Found(
            f"{subject} on '{table.name}' is removed.", table=table, object=name
        )


def _options(site: Site) -> Iterator[tuple[TableRef, str, str | None]]:
    operation = site.plain(RemoveConstraint)
    if operation is not None:
        table = site.existing(site.model(operation.model_name, after=False))
        if table is not None:
            yield table, f"Constraint '{operation.name}'", operation.name
    together = site.plain(AlterUniqueTogether)
    if together is not None:
        table = site.existing(site.model(together.name, after=False))
        for fields in site.losses(together, "unique_together") if table else ():
            yield table, f"Unique ({', '.join(fields)})", None  # type: ignore[misc]


def _field(site: Site) -> Iterator[tuple[TableRef, str, str | None]]:
    altered = site.altered
    if altered is None:
        return
    before, column = altered.before, altered.before.column
    if before.unique and not altered.after.unique:
        yield altered.table, f"Unique ({before.name})", column
    if _is_constrained(before) and not _is_constrained(altered.after):
        yield altered.table, f"Foreign key '{column}'", column


def _is_constrained(field: Any) -> bool:
    return is_foreign_key(field) and bool(field.db_constraint)
