"""When the guard fires: once in each process that builds a request handler."""

from __future__ import annotations

import os
from functools import wraps
from typing import Any

from django.core.handlers.base import BaseHandler

from django_schemaguard.conf.surroundings import in_tests

_MARK = "_schemaguard"
_guarded: set[int] = set()  # Process ids: a forked worker inherits its parent's.


def arm() -> None:
    """Let the guard fire when a WSGI or ASGI handler is built.

    Every server builds one in each process, after the app registry is ready and
    before the first request; management commands and celery build none. Neither do
    Django's test clients. Nothing is asked of a database here.
    """
    original = BaseHandler.load_middleware
    if hasattr(original, _MARK):
        return

    @wraps(original)
    def load_middleware(self: BaseHandler, *args: Any, **kwargs: Any) -> None:
        if _serves(self) and not in_tests():
            _guard_once()
        original(self, *args, **kwargs)

    setattr(load_middleware, _MARK, True)
    BaseHandler.load_middleware = load_middleware  # type: ignore[method-assign]


def _serves(handler: BaseHandler) -> bool:
    from django.core.handlers.asgi import ASGIHandler
    from django.core.handlers.wsgi import WSGIHandler

    return isinstance(handler, WSGIHandler | ASGIHandler)


def _guard_once() -> None:
    pid = os.getpid()
    if pid in _guarded:
        return
    _guarded.add(pid)
    from django_schemaguard.startup.guard import guard

    guard()
