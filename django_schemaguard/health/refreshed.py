"""A value that one thread measures and all callers share."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Generic, TypeVar

from django_schemaguard.health.line import Line

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things may take, in seconds.

    Attributes:
        ttl: How long a value is served again.
        wait: How long a caller waits for a newer one.
        first_wait: How long where there is none yet.
        deadline: After this a measurement is cut off, and counts as unanswered.
    """

    ttl: float
    wait: float
    first_wait: float
    deadline: float


@dataclass(frozen=True, slots=True)
class _Held(Generic[T]):
    value: T
    landed: float


@dataclass(slots=True)
class _Flight:
    """A measurement under way."""

    started: float
    line: Line = field(default_factory=Line)
    landed: Event = field(default_factory=Event)


class Refreshed(Generic[T]):
    """Holds the last value, and has it measured anew when it is too old.

    Whatever number of callers ask, there is one measurement at a time, in a thread
    of its own. They wait for it a little while, then get the last value. The thread
    of a measurement that never ends is the only one there will ever be.
    """

    def __init__(
        self,
        name: str,
        measure: Callable[[Line], T],
        after: Callable[[T], None] = lambda _: None,
    ) -> None:
        """Make an empty holder.

        Args:
            name: Of the thread.
            measure: Is given the line to hold its connection's socket by. It must
                not raise.
            after: Is given each value in that thread, when callers have it already.
        """
        self._name = name
        self._measure = measure
        self._after = after
        self._lock = Lock()
        self._held: _Held[T] | None = None
        self._flight: _Flight | None = None

    def last(self) -> T | None:
        """Return the last value, however old, without measuring."""
        held = self._held
        return held.value if held else None

    def get(
        self, timing: Timing, ttl_of: Callable[[T], float] | None = None
    ) -> T | None:
        """Return a value no older than need be; None where nothing can be said.

        That is: none has ever come back, or the measurement under way has passed
        its deadline.

        Args:
            timing: The waits.
            ttl_of: How long this value is served again, instead of `Timing.ttl`.
        """
        with self._lock:
            held, now = self._held, time.monotonic()
            ttl = ttl_of(held.value) if held and ttl_of else timing.ttl
            if held and now - held.landed < ttl:
                return held.value
            flight = self._flight or self._take_off(now)
        if flight is None:
            return held.value if held else None
        patience = timing.wait if held else timing.first_wait
        flight.landed.wait(max(0.0, patience - (now - flight.started)))
        return self._settle(flight, timing.deadline)

    def _settle(self, flight: _Flight, deadline: float) -> T | None:
        overdue = time.monotonic() - flight.started >= deadline
        if overdue and not flight.landed.is_set():
            flight.line.cut()
            return None
        return self.last()

    def _take_off(self, now: float) -> _Flight | None:
        """Start a measurement; None where the system has no thread left."""
        flight = _Flight(now)
        thread = Thread(target=self._fly, args=(flight,), name=self._name, daemon=True)
        try:
            thread.start()
        except RuntimeError:
            return None
        self._flight = flight
        return flight

    def _fly(self, flight: _Flight) -> None:
        try:
            value = self._measure(flight.line)
        except BaseException:
            self._land(flight, None)
            raise
        self._land(flight, _Held(value, time.monotonic()))
        self._after(value)

    def _land(self, flight: _Flight, held: _Held[T] | None) -> None:
        flight.line.release()
        with self._lock:
            self._held = held
            self._flight = None
        flight.landed.set()
