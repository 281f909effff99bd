"""Validate now and then in a serving process, even if nobody asks; off by default."""

from __future__ import annotations

import logging
from threading import Event, Thread
from typing import Any

from django.core.signals import request_started

from django_schemaguard.conf import get_settings
from django_schemaguard.exceptions import BadSettings

_log = logging.getLogger("django_schemaguard")
_ID = "django_schemaguard.health.periodic"


def arm() -> None:
    """Wait for the first request, which only a serving process gets."""
    request_started.connect(_begin, dispatch_uid=_ID)


def _begin(**_: Any) -> None:
    """Start the thread of this process, if the settings want one."""
    request_started.disconnect(dispatch_uid=_ID)
    try:
        interval = get_settings().health.revalidate
    except BadSettings:  # Told by the checks and by every answer.
        return
    if interval is not None:
        begin(interval, Event())


def begin(interval: float, end: Event) -> Thread:
    """Validate all guarded databases every so often until the end is set.

    It goes the way of a request: one measurement at a time, no more often than the
    time to live allows.
    """
    thread = Thread(
        target=_go_on, args=(interval, end), name="schemaguard-periodic", daemon=True
    )
    thread.start()
    return thread


def _go_on(interval: float, end: Event) -> None:
    from django_schemaguard.health import snapshots

    while not end.wait(interval):
        try:
            snapshots.health()
        except BadSettings as error:
            _log.error("SCHEMAGUARD is wrong: %s", error)
