"""MariaDB and MySQL: metadata locks, whose wait is told in whole seconds.

DDL that waits for a metadata lock keeps all others waiting behind it, so the lock is
tried for without waiting first; where it is free, the DDL waits for a second at most.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.db import Error, transaction

from django_schemaguard._typing import override
from django_schemaguard.backends.identifiers import identifier
from django_schemaguard.backends.mysql.session import error_code, is_lost, is_mariadb
from django_schemaguard.executor.sessions.base import Session, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django_schemaguard.core.plan import Stage

_TROUBLES: Final = {
    1205: Trouble.BUSY,  # Lock wait timeout exceeded.
    1213: Trouble.BUSY,  # Deadlock.
    1050: Trouble.EXISTS,  # Table.
    1060: Trouble.EXISTS,  # Column.
    1061: Trouble.EXISTS,  # Key.
    1826: Trouble.EXISTS,  # Foreign key.
    1317: Trouble.LATE,  # Interrupted.
    1969: Trouble.LATE,  # max_statement_time exceeded.
    3024: Trouble.LATE,
    1044: Trouble.DENIED,
    1142: Trouble.DENIED,
    1143: Trouble.DENIED,
    1227: Trouble.DENIED,
    1290: Trouble.DENIED,  # Running with --read-only.
    1792: Trouble.DENIED,  # In a read-only transaction.
}

_LONG: Final = """
SELECT 1 FROM information_schema.innodb_trx
WHERE trx_started < now() - INTERVAL 1 SECOND AND trx_mysql_thread_id <> connection_id()
LIMIT 1
"""


class MySQL(Session):
    """Runs stages on MariaDB 10.6 and later; MySQL 8 by its manual."""

    waits: ClassVar[tuple[int, ...]] = (1000,)
    reluctance: ClassVar[float] = 0.5
    _since: float | None = None  # When the lock was not free for the first time.

    @override
    @contextmanager
    def transaction(self, wait_ms: int, limit_ms: int) -> Iterator[None]:
        with (
            self.single(wait_ms, limit_ms),
            transaction.atomic(using=self.connection.alias, durable=True),
        ):
            yield

    @override
    @contextmanager
    def single(self, wait_ms: int | None, limit_ms: int) -> Iterator[None]:
        mariadb = is_mariadb(self.connection)
        limit = "max_statement_time" if mariadb else "max_execution_time"
        names = ("lock_wait_timeout", "innodb_lock_wait_timeout", limit)
        wait = -(-(limit_ms if wait_ms is None else wait_ms) // 1000)
        # Else a wait for a lock would end as a statement that takes too long.
        limit_ms = max(limit_ms, wait * 1000 + 500)
        before = self._read(names)
        wanted = (wait, max(1, wait), limit_ms / 1000 if mariadb else limit_ms)
        self._assign(names, wanted)
        session = self.connection.connection
        try:
            yield
        finally:
            if self.connection.connection is session:
                self._restore(names, before)

    def _read(self, names: tuple[str, ...]) -> tuple[object, ...]:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(f"@@SESSION.{it}" for it in names))
            return tuple(cursor.fetchone())

    def _assign(self, names: tuple[str, ...], values: tuple[Any, ...]) -> None:
        words = ", ".join(f"SESSION {name} = %s" for name in names)
        with self.connection.cursor() as cursor:
            cursor.execute(f"SET {words}", values)

    def _restore(self, names: tuple[str, ...], values: tuple[Any, ...]) -> None:
        try:
            self._assign(names, values)
        except Error:  # The session is lost, and its bounds with it.
            self.connection.close()

    @override
    def trouble(self, error: BaseException) -> Trouble:
        if is_lost(error):
            return Trouble.LOST
        return _TROUBLES.get(error_code(error), Trouble.FAILED)

    @override
    def holders(self, stage: Stage) -> tuple[str, ...]:
        self._since = self._since or time.monotonic()
        for ref in stage.locks:
            try:
                name = identifier(self.connection, ref.name)
                with self.single(0, 1000), self.alone([_write(name)]):
                    pass
            except Error as error:
                if self.trouble(error) is Trouble.BUSY and self._long_ones():
                    return (f"somebody who uses '{ref.name}'",)
        self._since = None
        return ()

    def _long_ones(self) -> bool:
        """Return whether any transaction is older than a moment; yes if in doubt.

        The server tells ages in whole seconds, so it is asked only then.
        """
        if time.monotonic() - (self._since or 0) < 2:
            return True
        try:
            return self.finds(_LONG)
        except Error:  # It takes PROCESS to see them.
            return True

    @override
    @contextmanager
    def alone(self, locks: Iterable[str]) -> Iterator[None]:
        locks = tuple(locks)
        try:
            self.run(*locks)
            yield
        finally:
            if locks and self.connection.connection is not None:
                self.run("UNLOCK TABLES")


def _write(table: str) -> str:
    return f"LOCK TABLES {table} WRITE"
