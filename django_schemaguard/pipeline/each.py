"""Work on several databases at once, where that is safe."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from django.db import connections

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.backends.base.base import BaseDatabaseWrapper

T = TypeVar("T")

AT_ONCE = 8  # Each has a connection of its own.


def for_each(aliases: Iterable[str], work: Callable[[str], T]) -> tuple[T, ...]:
    """Return what `work` gives for each alias, in their order.

    Databases are worked on at once, each on a connection of a thread's own, closed
    after. One that only the calling thread can see is worked on there: in memory,
    or in the middle of a transaction.
    """
    names = tuple(aliases)
    apart = [name for name in names if _seen_by_all(connections[name])]
    if len(names) < 2 or not apart:
        return tuple(map(work, names))
    with ThreadPoolExecutor(min(AT_ONCE, len(apart)), "schemaguard") as pool:
        futures = {name: pool.submit(_alone, work, name) for name in apart}
        here = {name: work(name) for name in names if name not in futures}
        return tuple(
            futures[name].result() if name in futures else here[name] for name in names
        )


def _alone(work: Callable[[str], T], alias: str) -> T:
    try:
        return work(alias)
    finally:
        connections[alias].close()


def _seen_by_all(connection: BaseDatabaseWrapper) -> bool:
    if (
        connection.in_atomic_block
        or connection.settings_dict.get("AUTOCOMMIT") is False
    ):
        return False
    in_memory = getattr(connection, "is_in_memory_db", None)
    return in_memory is None or not in_memory()
