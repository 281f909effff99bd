"""The threads of the app that outlive what started them."""

from __future__ import annotations

import threading

NAMES = ("schemaguard-ping-", "schemaguard-health-")


def wait_for_health(alias: str = "") -> None:
    """Let the threads end that look at a database, or at any, in the background."""
    for thread in threading.enumerate():
        if thread.name.startswith(NAMES) and thread.name.endswith(alias):
            thread.join(30)
