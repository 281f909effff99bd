"""One measurement at a time, shared, bounded and never in a caller's way."""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import TYPE_CHECKING

import pytest

from django_schemaguard.health.line import Line
from django_schemaguard.health.refreshed import Refreshed, Timing

if TYPE_CHECKING:
    from collections.abc import Callable

SOON = Timing(ttl=60, wait=5, first_wait=5, deadline=10)


def numbers() -> Refreshed[int]:
    """Return what measures 0, then 1, and so on."""
    counter = count()
    return Refreshed("numbers", lambda _: next(counter))


class Gate:
    """Measures 0 at once; each further value only when it is let through."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.begun = 0
        self.refreshed = Refreshed("gate", self.measure)

    def measure(self, _: Line) -> int:
        self.begun += 1
        if self.begun > 1:
            assert self.open.wait(10)
        return self.begun - 1


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_value_is_served_again_for_its_time_to_live() -> None:
    refreshed = numbers()
    assert [refreshed.get(SOON) for _ in range(3)] == [0, 0, 0]


def test_a_value_past_its_time_is_measured_anew() -> None:
    refreshed = numbers()
    at_once = Timing(ttl=0, wait=5, first_wait=5, deadline=10)
    assert [refreshed.get(at_once) for _ in range(3)] == [0, 1, 2]


def test_a_value_may_have_a_time_of_its_own() -> None:
    refreshed = numbers()
    ttls = {0: 0.0, 1: 60.0}
    assert [refreshed.get(SOON, ttls.__getitem__) for _ in range(3)] == [0, 1, 1]


def test_many_callers_make_one_measurement() -> None:
    begun = count()

    def measure(line: Line) -> int:
        time.sleep(0.1)
        return next(begun)

    refreshed = Refreshed("slow", measure)
    with ThreadPoolExecutor(16) as pool:
        values = list(pool.map(lambda _: refreshed.get(SOON), range(64)))
    assert set(values) == {0}
    assert next(begun) == 1


def test_a_slow_measurement_is_not_waited_for() -> None:
    gate = Gate()
    impatient = Timing(ttl=0, wait=0.05, first_wait=5, deadline=10)
    assert gate.refreshed.get(impatient) == 0
    started = time.monotonic()
    assert [gate.refreshed.get(impatient) for _ in range(20)] == [0] * 20
    # Those who come later do not wait anew: all of them together wait once.
    assert time.monotonic() - started < 0.5
    assert gate.begun == 2
    gate.open.set()
    until(lambda: gate.refreshed.last() == 1)


def test_past_the_deadline_nothing_is_known() -> None:
    gate = Gate()
    timing = Timing(ttl=0, wait=0.02, first_wait=5, deadline=0.05)
    assert gate.refreshed.get(timing) == 0
    assert gate.refreshed.get(timing) == 0
    time.sleep(0.05)
    before = threading.active_count()
    assert [gate.refreshed.get(timing) for _ in range(20)] == [None] * 20
    assert threading.active_count() == before
    assert gate.begun == 2
    gate.open.set()
    until(lambda: gate.refreshed.last() == 1)


def test_nothing_is_known_before_the_first() -> None:
    opened = threading.Event()
    refreshed = Refreshed("first", lambda _: opened.wait(10))
    timing = Timing(ttl=60, wait=0.01, first_wait=0.02, deadline=10)
    assert refreshed.last() is None
    assert refreshed.get(timing) is None
    opened.set()
    until(lambda: refreshed.get(timing) is True)


def test_a_system_without_threads_gets_the_last_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refreshed = numbers()
    assert refreshed.get(SOON) == 0

    def none_left(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", none_left)
    at_once = Timing(ttl=0, wait=5, first_wait=5, deadline=10)
    assert refreshed.get(at_once) == 0
    assert numbers().get(at_once) is None
    monkeypatch.undo()
    assert refreshed.get(at_once) == 1


class Phone:
    """A connection to somebody who never says a word."""

    def __init__(self) -> None:
        self.ours, self.theirs = socket.socketpair()
        self.connection = self.ours  # Where Django keeps the driver's.

    def listen(self) -> bytes:
        return self.ours.recv(1)


def test_a_cut_line_wakes_who_waits_on_it() -> None:
    phone = Phone()

    def measure(line: Line) -> bytes:
        line.hold(phone)  # type: ignore[arg-type]
        return phone.listen()

    refreshed = Refreshed("phone", measure)
    timing = Timing(ttl=60, wait=0.02, first_wait=0.02, deadline=0.1)
    assert refreshed.get(timing) is None
    time.sleep(0.1)
    assert refreshed.get(timing) is None  # Cuts it.
    until(lambda: refreshed.last() == b"")
    assert refreshed.get(timing) == b""
    phone.ours.close()
    phone.theirs.close()


def test_a_line_cut_before_it_is_held_is_cut_at_once() -> None:
    phone, line = Phone(), Line()
    line.cut()
    line.hold(phone)  # type: ignore[arg-type]
    assert phone.listen() == b""
    line.release()
    line.cut()
    phone.ours.close()
    phone.theirs.close()


def test_a_released_line_is_left_alone() -> None:
    phone, line = Phone(), Line()
    line.hold(phone)  # type: ignore[arg-type]
    line.release()
    line.cut()
    phone.theirs.send(b"!")
    assert phone.listen() == b"!"
    phone.ours.close()
    phone.theirs.close()
