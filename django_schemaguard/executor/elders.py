"""Who would keep a statement waiting that waits for older transactions by design."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import Error

from django_schemaguard.backends.connect import one_line
from django_schemaguard.exceptions import NotInTime
from django_schemaguard.executor.sessions.base import Trouble

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django_schemaguard.core.schema import TableRef
    from django_schemaguard.executor.place import Place

LATER = "Try again later, or give it more time with --deadline."


class Elders:
    """The transactions that were old at the first look, as far as they last.

    Those that came since are not waited for: on a busy database there is always one.
    """

    def __init__(
        self, place: Place, statements: Sequence[str], refs: Sequence[TableRef]
    ) -> None:
        self._place = place
        self._statement = statements[0] if statements else ""
        self._refs = refs
        self._first: frozenset[str] | None = None

    def left(self) -> str:
        """Return one of them, such as "session 47"; "" where none is left."""
        session = self._place.session
        found = session.elders(self._statement, self._refs)
        if self._first is None:
            self._first = frozenset(found)
        return next((who for key, who in found.items() if key in self._first), "")


def remove(
    place: Place, statements: Sequence[str], ref: TableRef, limit_ms: int
) -> None:
    """Remove what a try that was cut short has left of an index of a table.

    Raises:
        NotInTime: It could not be removed in time; says who was in the way.
        django.db.Error: It could not be removed at all.
    """
    try:
        with place.session.single(None, limit_ms):
            place.session.run(*statements)
    except Error as error:
        if place.session.trouble(error) not in {Trouble.BUSY, Trouble.LATE}:
            raise
        who = Elders(place, statements, (ref,)).left()
        said = one_line(error, place.connection).rstrip(".")
        why = f"{who} has a transaction open" if who else said
        raise NotInTime(f"{why[:1].upper()}{why[1:]}.", LATER) from error
