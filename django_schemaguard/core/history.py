"""What a database records of its migrations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


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


NO_HISTORY = History()


@dataclass(frozen=True, slots=True)
class Origins:
    """Which migration made what.

    Attributes:
        made: By (lower-case model label, name of a field, constraint or index; ""
            for the model itself): the migration as "app.name".
    """

    made: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def of(self, model: str | None, *parts: str | None) -> str | None:
        """Return the migration of the first part known, else of the model.

        The model of an automatic many-to-many table is not made by a migration of
        its own, so it has none.
        """
        if model is None:
            return None
        for part in (*parts, ""):
            found = self.made.get((model.lower(), part)) if part is not None else None
            if found is not None:
                return found
        return None
