"""Kill a process where it is worst."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subprocess import Popen


def kill_when_paused(process: Popen[str]) -> None:
    """Kill a process, as nothing can catch, where it said that it waits."""
    wait_until_paused(process)
    process.kill()
    process.communicate()


def wait_until_paused(process: Popen[str]) -> None:
    """Wait until a process says that it waits."""
    assert process.stdout is not None
    for line in process.stdout:
        if line == "paused\n":
            return
    _, failed = process.communicate()
    raise AssertionError(failed)
