"""PostgreSQL: an advisory lock of the session that runs the DDL.

It is polled: a session that waits for it inside the server keeps a snapshot that
CREATE INDEX CONCURRENTLY waits for, which is a deadlock with its holder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import Error

from django_schemaguard._typing import override
from django_schemaguard.backends.home import home_of
from django_schemaguard.backends.postgresql.ledger_functions import RUN
from django_schemaguard.exceptions import LockLost
from django_schemaguard.executor.locks.base import Lock, digest

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

# How pg_locks shows a key of 64 bits.
_HOLDER = """
SELECT pid FROM pg_locks
WHERE locktype = 'advisory' AND granted AND objsubid = 1
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND classid::bigint = (%s::bigint >> 32) & 4294967295
  AND objid::bigint = %s::bigint & 4294967295
"""


class SessionLock(Lock):
    """Held by the session until it is released or ends."""

    kind: ClassVar[str] = "session"

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        super().__init__(connection)
        database, namespace = _row(
            connection, "SELECT current_database(), coalesce(current_schema(), '')"
        )
        number = digest(str(database), str(namespace))[:8]
        self.number = int.from_bytes(number, "big", signed=True)
        self.key = str(self.number)
        self._session: object = None

    @override
    def take(self) -> bool:
        sql = "SELECT pg_try_advisory_lock(%s)"
        got = bool(_row(self.connection, sql, [self.number])[0])
        self._session = self.connection.connection if got else None
        return got

    @override
    def release(self) -> None:
        try:
            self.check()
            sql = "SELECT pg_advisory_unlock(%s), set_config(%s, '', false)"
            _row(self.connection, sql, [self.number, RUN])
        except (LockLost, Error):  # With the session, the lock is gone.
            self.connection.close()

    @override
    def check(self) -> None:
        session = self.connection.connection
        if session is None or session.closed or session is not self._session:
            raise LockLost(
                f"The connection to database '{self.connection.alias}' was lost.",
                "Run the command again: it goes on where this run stopped.",
            )
        home = home_of(self.connection)
        if home and _row(self.connection, "SELECT current_schema()")[0] != home.schema:
            raise LockLost(
                f"Schema '{home.schema}' was dropped in the middle of the run.",
                "Nothing is left to go on with.",
            )

    @override
    def sign(self, run: str) -> None:
        super().sign(run)
        _row(self.connection, "SELECT set_config(%s, %s, false)", [RUN, run])

    @override
    def holder(self) -> str:
        return _holder(self.connection, self.number)


class TransactionLock(SessionLock):
    """Held by a transaction, since a pooler gives each another session."""

    kind: ClassVar[str] = "transaction"

    @override
    def take(self) -> bool:
        return True

    @override
    def release(self) -> None:
        """Do nothing: the end of the transaction let go of it."""

    @override
    def check(self) -> None:
        """Do nothing: no session is kept."""

    @override
    def sign(self, run: str) -> None:
        self.run = run

    @override
    def enter(self) -> bool:
        sql = "SELECT pg_try_advisory_xact_lock(%s), set_config(%s, %s, true)"
        return bool(_row(self.connection, sql, [self.number, RUN, self.run])[0])


def is_pooled(connection: BaseDatabaseWrapper) -> bool:
    """Return whether a pooler stands between us and the server.

    The process that the driver was told of when it connected is then not the one
    that answers: the pooler made the number up.
    """
    connection.ensure_connection()
    told = int(connection.connection.info.backend_pid)
    return told != int(_row(connection, "SELECT pg_backend_pid()")[0])


def lock_for(connection: BaseDatabaseWrapper) -> Lock:
    """Return the lock that fits the way to the server."""
    pooled = is_pooled(connection)
    return TransactionLock(connection) if pooled else SessionLock(connection)


def _holder(connection: BaseDatabaseWrapper, number: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(_HOLDER, [number, number])
        row = cursor.fetchone()
    return f"session {row[0]}" if row else ""


def _row(
    connection: BaseDatabaseWrapper, sql: str, params: list[Any] | None = None
) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()
