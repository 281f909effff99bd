"""What can go wrong with one stage of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.backends.connect import one_line
from django_schemaguard.exceptions import LockLost, NotInTime
from django_schemaguard.executor.elders import LATER
from django_schemaguard.executor.entries import subject_of
from django_schemaguard.executor.sessions.base import Trouble

if TYPE_CHECKING:
    from django.db import Error

    from django_schemaguard.core.plan import Stage
    from django_schemaguard.executor.place import Place


class StageFailed(Exception):
    """A stage did not work, and left nothing behind.

    Attributes:
        sqlstate: Of the server's error; "" where it has none.
    """

    def __init__(self, message: str, sqlstate: str = "") -> None:
        super().__init__(message)
        self.sqlstate = sqlstate


class Busy(Exception):
    """Others are in the way; nothing was done, and it may be tried again."""


class Exists(Exception):
    """The object is there already."""


def judged(place: Place, stage: Stage, error: Error) -> Exception:
    """Return what an error of the server means for a stage."""
    said = one_line(error, place.connection).rstrip(".")
    match place.session.trouble(error):
        case Trouble.BUSY:
            return Busy(said)
        case Trouble.EXISTS:
            return Exists(f"{said}.")
        case Trouble.LATE:
            return NotInTime(
                f"{subject_of(stage.target).capitalize()} was not done within"
                f" {place.deadline.seconds:g} s.",
                LATER,
            )
        case Trouble.LOST:
            return LockLost(
                f"The connection was lost: {said}.",
                "Run the command again: it goes on where this run stopped.",
            )
        case Trouble.DENIED | Trouble.FAILED:
            return StageFailed(f"{said}.")
