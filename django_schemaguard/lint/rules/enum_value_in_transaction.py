"""SG563: an enum value that may be used before it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.lint.rule import (
    BY_SQL,
    POSTGRESQL,
    WARNING,
    Found,
    migration_rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.acts import Acts


@migration_rule(
    "SG563",
    WARNING,
    "Give ALTER TYPE … ADD VALUE a migration of its own.",
    vendors=POSTGRESQL,
    layers=BY_SQL,
)
def enum_value_in_transaction(acts: Acts) -> Iterator[Found]:
    """A value is added to an enum type in a transaction that goes on after.

    Why it matters:
        The new value cannot be used before the transaction ends: "unsafe use of new
        value".

    Fix:
        Give ``ALTER TYPE … ADD VALUE`` a migration of its own. It cannot be undone,
        so its reverse is ``RunSQL.noop``.
    """
    if not acts.migration.atomic:
        return
    for place, act in enumerate(acts.acts):
        if act.adds_enum_value and any(a.statements for a in acts.acts[place + 1 :]):
            yield Found(
                "An enum value is added, and the transaction goes on: it cannot be"
                " used yet.",
                operation=act.position,
            )
