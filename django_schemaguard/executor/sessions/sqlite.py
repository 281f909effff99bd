"""SQLite: the write lock is taken when the transaction begins, or not at all."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import transaction

from django_schemaguard._typing import override
from django_schemaguard.executor.sessions.base import Session, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator


class SQLite(Session):
    """Runs stages on a SQLite file."""

    @override
    @contextmanager
    def transaction(self, wait_ms: int, limit_ms: int) -> Iterator[None]:
        connection: Any = self.connection
        connection.ensure_connection()
        usual, connection.transaction_mode = connection.transaction_mode, "IMMEDIATE"
        try:
            with (
                self.single(wait_ms, limit_ms),
                transaction.atomic(using=connection.alias, durable=True),
            ):
                yield
        finally:
            connection.transaction_mode = usual

    @override
    @contextmanager
    def single(self, wait_ms: int | None, limit_ms: int) -> Iterator[None]:
        before = self._busy_timeout()
        self._wait(limit_ms if wait_ms is None else wait_ms)
        try:
            yield
        finally:
            if self.connection.connection is not None:
                self._wait(before)

    def _busy_timeout(self) -> int:
        with self.connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout")
            return int(cursor.fetchone()[0])

    def _wait(self, milliseconds: int) -> None:
        self.run(f"PRAGMA busy_timeout = {milliseconds:d}")

    @override
    def trouble(self, error: BaseException) -> Trouble:
        said = str(error)
        if "locked" in said:
            return Trouble.BUSY
        if "already exists" in said or "duplicate column name" in said:
            return Trouble.EXISTS
        if "readonly" in said:
            return Trouble.DENIED
        return Trouble.FAILED
