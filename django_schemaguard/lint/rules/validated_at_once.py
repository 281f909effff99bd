"""SG532: a constraint added NOT VALID and validated in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django_schemaguard.lint.rule import POSTGRESQL, WARNING, Found, migration_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.acts import Acts


@migration_rule(
    "SG532",
    WARNING,
    "Move ValidateConstraint to the next migration.",
    vendors=POSTGRESQL,
)
def validated_at_once(acts: Acts) -> Iterator[Found]:
    """A constraint is added NOT VALID and validated in the same transaction.

    Why it matters:
        The lock that adding takes is held until the transaction ends, so all rows
        are read under it, as if NOT VALID had not been said.

    Fix:
        Move ``ValidateConstraint`` to the next migration.
    """
    if not acts.migration.atomic:
        return
    added: set[tuple[str, str]] = set()
    for act in acts.acts:
        operation: Any = act.operation
        kinds = {kind.__name__ for kind in type(operation).__mro__}
        if "AddConstraintNotValid" in kinds:
            added.add((operation.model_name.lower(), operation.constraint.name))
        elif "ValidateConstraint" in kinds:
            key = (operation.model_name.lower(), operation.name)
            if key in added:
                yield Found(
                    f"Constraint '{operation.name}' is validated in the transaction"
                    " that adds it.",
                    object=operation.name,
                    operation=act.position,
                )
