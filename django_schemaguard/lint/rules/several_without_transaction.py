"""SG523: a migration that may stop half-way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.lint.rule import (
    BY_SQL,
    POSTGRESQL,
    WARNING,
    Found,
    migration_rule,
)
from django_schemaguard.lint.site import is_repeatable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.acts import Acts


@migration_rule(
    "SG523",
    WARNING,
    "Give each operation a migration of its own.",
    vendors=POSTGRESQL,
    layers=BY_SQL,
)
def several_without_transaction(acts: Acts) -> Iterator[Found]:
    """A migration with ``atomic = False`` has several operations.

    Why it matters:
        Where one fails, those before it stay done and the migration is not recorded,
        so the next try fails at what is there already. It has to be mended by hand.

    Fix:
        Give each operation a migration of its own; leave the transaction out only
        where an operation cannot run in one. A class of operations that looks
        whether its work is done says so by ``repeatable = True``.
    """
    if acts.migration.atomic:
        return
    doing = [act for act in acts.acts if act.statements]
    last = doing[-1].position if doing else 0
    if any(it.position < last and not is_repeatable(it.operation) for it in doing):
        yield Found(
            f"{len(doing)} operations run without a transaction: a failure leaves the"
            " migration half done."
        )
