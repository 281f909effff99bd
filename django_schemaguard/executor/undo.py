"""Undo one entry of the journal, under lock, and only where nothing is lost."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import Error

from django_schemaguard.backends.connect import one_line
from django_schemaguard.exceptions import LockLost, NotInTime
from django_schemaguard.executor.dependents import dependents
from django_schemaguard.executor.elders import LATER, Elders
from django_schemaguard.executor.entries import guard_of, subject_of, target_of
from django_schemaguard.executor.sessions.base import Trouble
from django_schemaguard.models import Step

if TYPE_CHECKING:
    from django_schemaguard.core.plan import Target
    from django_schemaguard.executor.place import Place


class Blocked(Exception):
    """An entry cannot be undone; says why, as one sentence."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """One entry to undo.

    Attributes:
        left: The definition that its object has to have still.
        before: The names of what is undone before it on the same table.
    """

    place: Place
    entry: Step
    left: str
    before: frozenset[str] = frozenset()

    def obstacle(self) -> str:
        """Return why it cannot be undone now, as one sentence; "" where it can."""
        target = target_of(self.entry)
        subject = subject_of(target)
        now = self.place.writer.definition(target) or ""
        if not now:
            return ""
        if now != self.left:
            return f"{subject.capitalize()} was changed since."
        return self.loss()

    def loss(self) -> str:
        """Return what would be lost by it now, as one sentence; "" for nothing."""
        target = target_of(self.entry)
        found = self._dependents(target)
        found = tuple(name for name in found if name not in self.before)
        if found:
            names = ", ".join(f"'{name}'" for name in found)
            return f"{subject_of(target).capitalize()} is used by {names}."
        guard = guard_of(self.entry)
        if guard.loss and self.place.session.finds(guard.loss):
            return f"{guard.says[:1].upper()}{guard.says[1:]}."
        return ""

    def _dependents(self, target: Target) -> tuple[str, ...]:
        """Return what would go with a column; nothing where the column stays."""
        if not any(" DROP COLUMN " in text for text in self.entry.reverse):
            return ()
        return dependents(self.place.connection, target)

    @property
    def gone(self) -> bool:
        """Whether the object is not there any more."""
        return self.place.writer.definition(target_of(self.entry)) is None

    def perform(self) -> None:
        """Undo it, and enter that.

        Raises:
            Blocked: Something would be lost, or the server refuses.
            NotInTime: Its lock was not got; it is as it was.
            LockLost: The connection is gone.
        """
        said = ""
        elders = Elders(self.place, self.entry.reverse, (target_of(self.entry).table,))
        for attempt in self.place.deadline.tries(longest=1.0):
            try:
                who = elders.left() if self._concurrent else ""
                if not who:
                    self._try(self.place.wait_ms(attempt))
                    return
                said = f"{who} has a transaction open"
            except Error as error:
                said = one_line(error, self.place.connection).rstrip(".")
                self._raise_unless_busy(error, said)
        subject = subject_of(target_of(self.entry))
        raise NotInTime(f"Could not lock {subject}: {said}.", LATER)

    def _raise_unless_busy(self, error: Error, said: str) -> None:
        match self.place.session.trouble(error):
            case Trouble.BUSY:
                return
            case Trouble.LATE:
                raise NotInTime(f"{said}.", LATER) from error
            case Trouble.LOST:
                raise LockLost(
                    f"The connection was lost: {said}.", "Run the command again."
                ) from error
            case _:
                raise Blocked(f"{said}.") from error

    def _try(self, wait_ms: int) -> None:
        self.place.lock.check()
        if self._transactional:
            self._as_one(wait_ms)
        else:
            self._alone(wait_ms)

    @property
    def _transactional(self) -> bool:
        can = bool(self.place.connection.features.can_rollback_ddl)
        return can and not self._concurrent

    @property
    def _concurrent(self) -> bool:
        return any("CONCURRENTLY" in text for text in self.entry.reverse)

    def _as_one(self, wait_ms: int) -> None:
        place = self.place
        with place.session.transaction(wait_ms, place.limit_ms):
            if place.lock.pooled and not place.lock.enter():
                raise NotInTime("Another run is at work.", LATER)
            if not self.gone:
                place.session.run(*guard_of(self.entry).lock)
                self._reverse()
            place.journal.settle(self.entry, Step.Status.ROLLED_BACK)

    def _alone(self, wait_ms: int) -> None:
        place, entry = self.place, self.entry
        if place.lock.pooled:
            raise Blocked("A pooler stands between, and it is no transaction.")
        if not self.gone:
            wait = None if self._concurrent else wait_ms
            with (
                place.session.single(wait, place.deadline.left_ms),
                place.session.alone(guard_of(entry).lock),
            ):
                self._reverse()
        place.journal.settle(entry, Step.Status.ROLLED_BACK)

    def _reverse(self) -> None:
        why = self.obstacle()
        if why:
            raise Blocked(why)
        self.place.session.run(*self.entry.reverse)


def undoings(place: Place, entries: list[Step]) -> list[Undoing]:
    """Return what to undo for entries of one run, the last first.

    Several stages may make one object: where one of them is undone along with an
    earlier one, that one's object looks as the later left it.
    """
    left: dict[object, str] = {}
    found: list[Undoing] = []
    names: defaultdict[object, set[str]] = defaultdict(set)
    for entry in sorted(entries, key=lambda it: it.position, reverse=True):
        target = target_of(entry)
        if entry.reverse:
            definition = left.pop(target, entry.definition_after)
            before = names[target.table]
            found.append(Undoing(place, entry, definition, frozenset(before)))
            before.add(target.name)
        else:
            left.setdefault(target, entry.definition_after)
    return found


def obstacles(steps: list[Undoing]) -> dict[int, str]:
    """Return what stands in the way of each, by the key of its entry.

    How an object stands is looked at for the first of its steps: the others come to
    stand on the undoing of that one.
    """
    seen: set[Target] = set()
    found = {}
    for each in steps:
        target = target_of(each.entry)
        if target not in seen:
            found[each.entry.pk] = each.obstacle()
        else:
            found[each.entry.pk] = "" if each.gone else each.loss()
        seen.add(target)
    return found
