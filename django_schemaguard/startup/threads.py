"""Work on each database in a thread of its own, which leaves nothing open."""

from __future__ import annotations

from concurrent.futures import Future, wait
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

from django.db import connections

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

T = TypeVar("T")


def apart(
    aliases: Iterable[str], work: Callable[[str], T], seconds: float
) -> Mapping[str, Future[T]]:
    """Return what comes of the work on each alias, as far as it is done in time.

    An ASGI server loads the application inside a running event loop, where Django
    refuses to query. A connection or a pool that is open when a server forks would
    be shared by all workers; so each thread closes what it opened, and makes no
    pool.

    Returns:
        A future for each alias; one that is not done may never be.
    """
    futures: dict[str, Future[T]] = {alias: Future() for alias in aliases}
    for alias, future in futures.items():
        Thread(
            target=_fulfil,
            args=(future, work, alias),
            name=f"schemaguard-startup-{alias}",
            daemon=True,
        ).start()
    wait(futures.values(), seconds)
    return futures


def _fulfil(future: Future[T], work: Callable[[str], T], alias: str) -> None:
    try:
        result = _leaving_nothing_open(work, alias)
    except BaseException as error:  # noqa: BLE001  Raised again by result().
        future.set_exception(error)
    else:
        future.set_result(result)


def _leaving_nothing_open(work: Callable[[str], T], alias: str) -> T:
    _leave_pool(alias)
    try:
        return work(alias)
    finally:
        connections.close_all()


def _leave_pool(alias: str) -> None:
    """Let this thread connect without a pool.

    All threads share a pool, and a fork copies it without the threads that run it.
    It also has a timeout of its own, under which no server is unreachable soon.
    """
    if connections[alias].settings_dict["OPTIONS"].get("pool"):
        alone = connections[alias].copy(alias)
        del alone.settings_dict["OPTIONS"]["pool"]
        connections[alias] = alone
