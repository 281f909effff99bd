"""SG533: a NOT VALID check over rows that break it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django_schemaguard.lint.rule import (
    DATA_ALONE,
    ERROR,
    POSTGRESQL,
    Found,
    operation_rule,
)
from django_schemaguard.lint.violators import check_violators

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG533",
    ERROR,
    "Mend the rows that break it first.",
    vendors=POSTGRESQL,
    layers=DATA_ALONE,
)
def not_valid_over_violators(site: Site) -> Iterator[Found]:
    """A check is added NOT VALID, and rows break it.

    Why it matters:
        NOT VALID spares the rows only until somebody touches them: from then on
        every UPDATE of such a row fails, also of other columns.

    Fix:
        Mend the rows, or move them away, before the constraint is added.
    """
    operation: Any = site.operation
    if not site.is_a("AddConstraintNotValid") or site.live is None:
        return
    model = site.model(operation.model_name)
    table = site.existing(model)
    if model is None or table is None:
        return
    name = operation.constraint.name
    if check_violators(site, operation.constraint, model):
        yield Found(
            f"Rows of '{table.name}' break check '{name}': each UPDATE of them fails.",
            table=table,
            object=name,
        )
