"""Refuse to go back past what no reverse brings back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.deploy.reversal import obstacles
from django_schemaguard.exceptions import SchemaguardError

if TYPE_CHECKING:
    from collections.abc import Collection

    from django_schemaguard.deploy.executor import Executor
    from django_schemaguard.deploy.halves import Half
    from django_schemaguard.deploy.reversal import Obstacle


class NoWayBack(SchemaguardError):
    """Undoing would not bring back what was there; nothing was changed."""


def refuse_final(
    executor: Executor, names: Collection[str], half: Half | None = None
) -> tuple[Obstacle, ...]:
    """Refuse to undo migrations that removed something.

    Args:
        executor: With a fresh loader.
        names: Migrations, as "app.name".
        half: Of the one of them that stands by half, what stands counts.

    Returns:
        What undoing them may not bring back, and is not refused for.

    Raises:
        NoWayBack: One of them has no reverse, or removed or destroyed something.
    """
    found: list[Obstacle] = []
    for migration, state in executor.states_before(names):
        by_half = half is not None and str(half.migration) == str(migration)
        undone = half.stands if half and by_half else migration
        found += obstacles([undone], state, executor.loader)
    for obstacle in found:
        if obstacle.final:
            raise NoWayBack(
                f"{obstacle}.", "Only a backup from before it brings that back."
            )
    return tuple(found)
