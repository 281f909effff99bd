"""MariaDB and MySQL: a named lock of the session, which DDL does not let go of.

Its names are the server's, so the database is part of it. It counts: each `take` of
one session needs a `release`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import Error, InterfaceError

from django_schemaguard._typing import override
from django_schemaguard.exceptions import LockLost
from django_schemaguard.executor.locks.base import Lock, digest

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


class NamedLock(Lock):
    """Held by the session until it is released or ends."""

    kind: ClassVar[str] = "session"

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        super().__init__(connection)
        database = str(self._one("SELECT database()"))
        self.key = "schemaguard." + digest(database).hex()[:32]
        self._session: object = None

    @override
    def take(self) -> bool:
        got = self._one("SELECT GET_LOCK(%s, 0)", self.key) == 1
        self._session = self.connection.connection if got else None
        return got

    @override
    def release(self) -> None:
        try:
            self.check()
            self._one("SELECT RELEASE_LOCK(%s)", self.key)
        except (LockLost, Error, InterfaceError):  # The lock went with the session.
            self.connection.close()

    @override
    def check(self) -> None:
        session = self.connection.connection
        if session is None or session is not self._session:
            raise LockLost(
                f"The connection to database '{self.connection.alias}' was lost.",
                "Run the command again: it goes on where this run stopped.",
            )

    @override
    def holder(self) -> str:
        thread = self._one("SELECT IS_USED_LOCK(%s)", self.key)
        return f"session {thread}" if thread else ""

    def _one(self, sql: str, *params: str) -> object:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)
            row = cursor.fetchone()
        return row[0] if row else None
