"""What a database records of its migrations."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class History:
    """The migrations of one database, as "app.name" words.

    Attributes:
        migrated: The project has migrations at all.
        applied: Recorded and on disk, in the graph's order.
        pending: On disk and not recorded, in the order they would be applied.
        unknown: Recorded, and neither on disk nor replaced by one that is.
    """

    migrated: bool = False
    applied: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
