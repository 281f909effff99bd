"""SG511: a column that becomes NOT NULL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import CheckConstraint, Q

from django_schemaguard.core.lint import Work
from django_schemaguard.lint.editor import fills
from django_schemaguard.lint.fields import column_of
from django_schemaguard.lint.rule import BY_DATA, ERROR, WARNING, Found, operation_rule
from django_schemaguard.lint.violators import nulls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Altered, Site


@operation_rule(
    "SG511",
    WARNING,
    "Add a CHECK (… IS NOT NULL) NOT VALID, validate it, then set NOT NULL.",
    layers=BY_DATA,
)
def set_not_null(site: Site) -> Iterator[Found]:
    """A column that allowed NULL becomes NOT NULL.

    Why it matters:
        PostgreSQL reads all rows while nobody reads or writes the table, unless a
        valid check says already that none is NULL. Where the field has a default,
        Django first updates all rows that are NULL, in the same transaction; where
        it has none, one NULL makes the migration fail. On other servers only NULLs
        that are there are told.

    Fix:
        Fill the NULLs in batches. On a large table, add a ``CheckConstraint`` of
        ``Q(field__isnull=False)`` with ``AddConstraintNotValid``, validate it in a
        second migration, and make the column NOT NULL in a third: the server then
        trusts the check.
    """
    altered = site.altered
    if altered is None or not altered.before.null or altered.after.null:
        return
    if altered.after.generated:
        return
    operation: Any = site.operation
    filled = fills(altered.after, operation.field)
    if not filled and site.live is not None and nulls(site, altered):
        yield Found(
            f"Column '{column_of(altered)}' becomes NOT NULL, and rows hold NULL: it"
            " fails.",
            "Fill the rows that are NULL first.",
            table=altered.table,
            object=altered.before.column,
            severity=ERROR,
            certain=True,
        )
    elif site.vendor == "postgresql" and not _proven(altered):
        update = "; all NULLs are updated first" if filled else ""
        yield Found(
            f"Column '{column_of(altered)}' becomes NOT NULL: all rows are read under"
            f" an exclusive lock{update}.",
            table=altered.table,
            object=altered.after.column,
            work=Work.SCAN,
        )


def _proven(altered: Altered) -> bool:
    """Return whether a check of the model says that no value is NULL."""
    wanted = (f"{altered.before.name}__isnull", False)
    for constraint in altered.model._meta.constraints:  # noqa: SLF001
        condition = getattr(constraint, "condition", None)
        if (
            isinstance(constraint, CheckConstraint)
            and isinstance(condition, Q)
            and condition.connector == Q.AND
            and not condition.negated
            and wanted in condition.children
        ):
            return True
    return False
