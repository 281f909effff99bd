"""One run at a time writes to a database.

The lock is that of the session which runs the DDL, so that a process that is killed
while the server still works for it keeps others out until the server is done.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django_schemaguard.exceptions import NotInTime, NotPermitted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.executor.deadline import Deadline
    from django_schemaguard.executor.locks.base import Lock

AGAIN = "Try again when it has finished."


@contextmanager
def run_lock(connection: BaseDatabaseWrapper, deadline: Deadline) -> Iterator[Lock]:
    """Hold the lock of a database's runs; whoever has it waits for nobody.

    Behind a pooler in transaction mode a session cannot hold anything. The lock is
    `pooled` then: call `Lock.enter` first in each transaction, and run nothing
    outside of one.

    Args:
        connection: The wrapper itself, in autocommit, that all DDL is run on.
        deadline: How long to wait for another run.

    Raises:
        NotInTime: Another run had it all the time.
        NotPermitted: The connection is in a transaction, or the vendor is unknown.
    """
    if connection.in_atomic_block or not connection.get_autocommit():
        raise NotPermitted(
            f"Database '{connection.alias}' is in a transaction.",
            "Call it outside of atomic() and with AUTOCOMMIT on.",
        )
    lock = lock_for(connection)
    lock.deadline = deadline
    for _ in deadline.tries(longest=0.25):
        if lock.take():
            break
    else:
        raise not_got(lock)
    try:
        yield lock
    finally:
        lock.release()


def not_got(lock: Lock) -> NotInTime:
    """Return the error that says who has the lock."""
    holder = lock.holder()
    by = f" ({holder})" if holder else ""
    alias = lock.connection.alias
    return NotInTime(f"Another run{by} is at work on database '{alias}'.", AGAIN)


def lock_for(connection: BaseDatabaseWrapper) -> Lock:
    """Return the lock of a connection's database, not taken yet."""
    match connection.vendor:
        case "postgresql":
            from django_schemaguard.executor.locks import postgresql

            return postgresql.lock_for(connection)
        case "mysql":  # MariaDB has Django's vendor "mysql", too.
            from django_schemaguard.executor.locks.mysql import NamedLock

            return NamedLock(connection)
        case "sqlite":
            from django_schemaguard.executor.locks import sqlite

            return sqlite.lock_for(connection)
        case vendor:
            raise NotPermitted(
                f"Databases of vendor '{vendor}' are never written to.",
                "Run what 'manage.py sqlmigrate' prints.",
            )
