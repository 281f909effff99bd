"""How an object stands once nobody is building it any more."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django_schemaguard.backends.repair import Standing

if TYPE_CHECKING:
    from django_schemaguard.core.plan import Target
    from django_schemaguard.executor.place import Place

# PostgreSQL takes a build off its list before it marks the index valid.
SETTLED = 1.0


def at_rest(place: Place, target: Target) -> Standing:
    """Return how an object stands when it has stood so for a moment.

    Returns:
        BUILDING where it was still being built at the deadline.
    """
    since: float | None = None
    standing = Standing.BUILDING
    for _ in place.deadline.tries(longest=0.5):
        standing = place.writer.standing(target)
        if standing in {Standing.VALID, Standing.ABSENT}:
            return standing
        now = time.monotonic()
        since = (since or now) if standing is Standing.INVALID else None
        if since is not None and now - since >= SETTLED:
            return standing
    return standing
