"""Work on databases in a thread of its own, which leaves nothing open."""

from __future__ import annotations

from concurrent.futures import Future
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

from django.db import connections

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.backends.base.base import BaseDatabaseWrapper

T = TypeVar("T")


class TookTooLong(Exception):
    """The work was not done in time; its thread may still be waiting."""


def apart(work: Callable[[], T], seconds: float) -> T:
    """Return what the work gives, done in a thread of its own.

    An ASGI server loads the application inside a running event loop, where Django
    refuses to query. A connection or a pool that is open when a server forks would
    be shared by all workers; so the thread closes what it opened.

    Raises:
        TookTooLong: The work was not done after so many seconds.
    """
    future: Future[T] = Future()

    def run() -> None:
        try:
            result = _leaving_nothing_open(work)
        except BaseException as error:  # noqa: BLE001  Raised again by result().
            future.set_exception(error)
        else:
            future.set_result(result)

    Thread(target=run, name="schemaguard-startup", daemon=True).start()
    try:
        return future.result(seconds)
    except TimeoutError:
        if future.done():
            raise
        raise TookTooLong from None


def _leaving_nothing_open(work: Callable[[], T]) -> T:
    try:
        return work()
    finally:
        for connection in connections.all(initialized_only=True):
            connection.close()
            _close_pool(connection)


def _close_pool(connection: BaseDatabaseWrapper) -> None:
    close_pool = getattr(connection, "close_pool", None)  # PostgreSQL's, Oracle's.
    if close_pool is not None:
        close_pool()
