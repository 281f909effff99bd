"""SG536: one transaction that locks many tables."""

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

_MANY = 3


@migration_rule(
    "SG536",
    WARNING,
    "Split it: one migration for each busy table.",
    vendors=POSTGRESQL,
    layers=BY_SQL,
)
def many_locks(acts: Acts) -> Iterator[Found]:
    """One transaction takes exclusive locks on three or more tables.

    Why it matters:
        All are held until the last is done: the first table stands still while the
        others are waited for, and code that takes them in another order deadlocks.

    Fix:
        Split the migration, one for each table that is busy.
    """
    if not acts.migration.atomic:
        return
    locked = sorted(frozenset(name for act in acts.acts for name in act.locked))
    if len(locked) >= _MANY:
        yield Found(
            f"{len(locked)} tables are locked until the last is done:"
            f" {', '.join(locked)}."
        )
