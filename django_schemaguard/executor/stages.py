"""Run one stage of a plan: in a transaction with its entry, or by itself."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import Error

from django_schemaguard.backends.connect import one_line
from django_schemaguard.backends.repair import Standing
from django_schemaguard.exceptions import LockLost, NotInTime, NotPermitted
from django_schemaguard.executor.backfill import fill
from django_schemaguard.executor.elders import LATER, Elders, remove
from django_schemaguard.executor.entries import entry_of, subject_of
from django_schemaguard.executor.lock import not_got
from django_schemaguard.executor.standing import at_rest
from django_schemaguard.executor.troubles import Busy, Exists, StageFailed, judged
from django_schemaguard.models import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django_schemaguard.core.plan import Guard, PlannedStep, Stage
    from django_schemaguard.executor.place import Place
    from django_schemaguard.models import Run

ANYWAY = 5  # Of so many rounds with somebody in the way, one is tried all the same.
CLEANUP_MS = 5_000  # Beyond the deadline, which is over where it is needed.


@dataclass(slots=True)
class _Try:
    """One stage of a run, with what its tries come to."""

    place: Place
    run: Run
    stage: Stage
    entry: Step

    def perform(self) -> Step:
        """Run it and return its entry."""
        try:
            self._perform()
        except Error as error:  # Of the journal, or of a look at the catalog.
            why = judged(self.place, self.stage, error)
            if isinstance(why, NotInTime | LockLost):
                raise why from error
            raise StageFailed(str(why)) from error
        return self.entry

    def _perform(self) -> None:
        place, entry = self.place, self.entry
        place.lock.check()
        entry.definition_before = self._definition()
        if self.stage.backfill is not None:
            self._begun_and_settled(self._fill)
        elif self.stage.atomic:
            self._whole()
        elif place.lock.pooled:
            raise NotPermitted(
                f"Database '{place.connection.alias}' is reached through a pooler, and"
                f" {subject_of(self.stage.target)} cannot be made in one transaction.",
                "Run it over a direct connection to the server.",
            )
        else:
            self._begun_and_settled(lambda: self._until_free(self._one_by_one))

    def _whole(self) -> None:
        """Run statements and their entry as one, or enter that they failed."""
        try:
            self._until_free(self._as_one)
        except (StageFailed, Exists) as error:
            self._forget()
            self._end_as(error)

    def _forget(self) -> None:
        """Take the entry for one that was never saved; its transaction was undone."""
        self.entry.pk, self.entry._state.adding = None, True  # noqa: SLF001

    def _begun_and_settled(self, work: Callable[[], object]) -> None:
        """Run what commits by itself, between two writings of the entry."""
        started = time.monotonic()
        self.place.journal.enter(self.run, self.entry, Step.Status.INTENT)
        try:
            work()
        except (StageFailed, NotInTime, Exists) as error:
            self._note(started)
            self._end_as(error)
            return
        self._note(started)
        self.entry.definition_after = self._definition()
        self.place.journal.settle(self.entry, Step.Status.DONE)

    def _end_as(self, error: Exception) -> None:
        """Adopt what somebody else has made meanwhile; else enter the failure."""
        journal = self.place.journal
        if isinstance(error, Exists) and self._is_whole():
            self.entry.definition_after = self._definition()
            self.entry.reverse = []  # Not ours to undo.
            journal.enter(self.run, self.entry, Step.Status.ADOPTED)
            return
        self.entry.error = {"message": str(error)}
        journal.enter(self.run, self.entry, Step.Status.FAILED)
        raise StageFailed(str(error)) if isinstance(error, Exists) else error

    def _fill(self) -> None:
        backfill = self.stage.backfill
        assert backfill is not None  # noqa: S101  As the caller has looked.
        with self._errors():
            fill(self.place, self.run, backfill, subject_of(self.stage.target))

    def _note(self, started: float) -> None:
        spent = round((time.monotonic() - started) * 1000)
        self.entry.duration_ms = max(0, spent - self.entry.waited_ms)

    def _until_free(self, attempt: Callable[[int], None]) -> None:
        """Try with growing patience until nobody is in the way."""
        tried, who, holder = 0, "", ""
        began = time.monotonic()
        elders = Elders(self.place, self.stage.statements, self.stage.locks)
        for turn in self.place.deadline.tries(longest=1.0):
            holder = self._holder(turn, elders)
            if holder:
                who = holder
                self._beat()
                continue
            self.entry.attempts += 1
            self.entry.waited_ms = round((time.monotonic() - began) * 1000)
            try:
                attempt(self.place.wait_ms(tried))
            except Busy as error:
                who, tried = who or str(error), tried + 1
            else:
                return
        within = f"within {self.place.deadline.seconds:g} s"
        text = f"Could not lock {self._tables()} {within}"
        text += f": {who} holds it" if who else ""
        if self.stage.patient and holder:
            text = f"Could not begin {subject_of(self.stage.target)} {within}:"
            text += f" {holder} has an older transaction open"
        raise NotInTime(f"{text}.", LATER)

    def _holder(self, turn: int, elders: Elders) -> str:
        """Return who has to be waited for before a try; "" for nobody."""
        with self._errors():
            if self.stage.patient:
                return elders.left()
            found = self.place.session.holders(self.stage)
        return found[0] if found and not self._dares(turn) else ""

    def _dares(self, turn: int) -> bool:
        """Return whether to try in spite of a holder, which is rarely worth it."""
        late = self.place.deadline.spent >= self.place.session.reluctance
        return late and turn % ANYWAY == ANYWAY - 1

    def _beat(self) -> None:
        if self.place.lock.pooled:
            self.place.journal.beat(self.run)

    def _tables(self) -> str:
        names = (ref.brief for ref in self.stage.locks or (self.stage.target.table,))
        return ", ".join(f"'{name}'" for name in names)

    def _as_one(self, wait_ms: int) -> None:
        """Run the statements and their entry in one transaction."""
        place, stage = self.place, self.stage
        limit = place.limit_ms
        self._forget()
        with self._errors(), place.session.transaction(wait_ms, limit):
            self._join()
            began = time.monotonic()
            place.session.run(*stage.precheck.lock)
            self._check(stage.precheck)
            place.session.run(*stage.statements)
            self._prove()
            self.entry.definition_after = self._definition()
            self.entry.duration_ms = round((time.monotonic() - began) * 1000)
            place.journal.enter(self.run, self.entry, Step.Status.DONE)

    def _join(self) -> None:
        """Take a lock that lasts for a transaction, and make sure that it is ours."""
        place = self.place
        if not place.lock.pooled:
            return
        if not place.lock.enter():
            raise Busy(str(not_got(place.lock)))
        place.journal.fence(self.run)

    def _one_by_one(self, wait_ms: int) -> None:
        place, stage = self.place, self.stage
        wait = None if stage.patient else wait_ms
        try:
            with self._errors(), place.session.single(wait, place.deadline.left_ms):
                with place.session.alone(stage.precheck.lock):
                    self._check(stage.precheck)
                    place.session.run(*stage.statements)
                self._prove()
        except (Busy, StageFailed, NotInTime):
            self._clean()
            raise

    def _clean(self) -> None:
        """Remove what a failed try left, as far as it is there.

        Where that fails, too, the entry stays an intent, for the next run to settle.
        """
        place = self.place
        if not self.stage.cleanup or self._standing() is Standing.ABSENT:
            return
        ref, what = self.stage.target.table, subject_of(self.stage.target)
        try:
            remove(place, self.stage.cleanup, ref, CLEANUP_MS)
        except (Error, NotInTime) as error:
            why = str(error)
            if isinstance(error, Error):
                why = one_line(error, place.connection)
            raise LockLost(
                f"What a failed try left of {what} could not be removed:"
                f" {why[:1].lower()}{why[1:].rstrip('.')}.",
                "End that, and run the command again: it removes it.",
            ) from error

    def _check(self, guard: Guard) -> None:
        if guard.loss and self.place.session.finds(guard.loss):
            raise StageFailed(f"{guard.says}.")

    def _prove(self) -> None:
        subject = subject_of(self.stage.target).capitalize()
        if self.stage.proof and self.place.session.finds(self.stage.proof):
            raise StageFailed(f"{subject} does not hold for all rows.")
        if self.stage.patient and self._standing() is Standing.INVALID:
            raise StageFailed(f"{subject} was built and is invalid.")

    def _is_whole(self) -> bool:
        """Return whether the object is there and valid, built by others if need be."""
        with self._errors():
            return at_rest(self.place, self.stage.target) is Standing.VALID

    def _definition(self) -> str:
        return self.place.writer.definition(self.stage.target) or ""

    def _standing(self) -> Standing:
        return self.place.writer.standing(self.stage.target)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except Error as error:
            raise judged(self.place, self.stage, error) from error


def run_stage(place: Place, run: Run, step: PlannedStep, stage: Stage) -> Step:
    """Run one stage and return its entry, DONE or ADOPTED.

    Raises:
        StageFailed: It does not work; nothing of it is left.
        NotInTime: A lock was not got; nothing of it is left.
        LockLost: The connection is gone, and nobody knows what became of it.
    """
    return _Try(place, run, stage, entry_of(place.connection, step, stage)).perform()
