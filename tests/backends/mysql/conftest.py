"""A database of its own for each test, since MariaDB's DDL cannot be rolled back."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

from django_schemaguard.backends.base import Answer, Limits, Question, Role, Scope
from django_schemaguard.backends.mysql import MySQL
from django_schemaguard.backends.mysql.row_source import quote
from tests.servers import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.backends.mysql.base import DatabaseWrapper

    from django_schemaguard.core.schema import Schema, Table

BACKEND = MySQL()
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
NAME = "_".join(filter(None, ("schemaguard_scratch", SUFFIX.lower(), _WORKER)))
ROLE = "_".join(filter(None, ("schemaguard", SUFFIX.lower(), _WORKER)))


@dataclass
class Scratch:
    """A database, and sessions on it."""

    connection: DatabaseWrapper
    _others: list[DatabaseWrapper] = field(default_factory=list)

    def run(self, *statements: str) -> None:
        with self.connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())

    def session(self, user: str | None = None) -> DatabaseWrapper:
        """Open another session; it is closed after the test."""
        other = connect(NAME, user)
        self._others.append(other)
        return other

    def close(self) -> None:
        for other in self._others:
            other.close()
        self.connection.close()

    def read(self, connection: DatabaseWrapper | None = None) -> Schema:
        connection = connection or self.connection
        with BACKEND.bounded(connection, Limits(lock_ms=1000)):
            return BACKEND.read(connection, Scope())

    def table(self, name: str) -> Table:
        table = self.read().table(name)
        assert table is not None
        return table

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        """Collect the statements that go through Django's cursors."""
        seen: list[str] = []

        def note(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
            seen.append(sql)
            return execute(sql, params, many, context)

        with self.connection.execute_wrapper(note):
            yield seen

    def ask(
        self, table: Table, role: Role, *texts: str, kind: str | None = None
    ) -> list[Answer]:
        questions = [Question(table, table.name, role, text, kind) for text in texts]
        found = BACKEND.answer(self.connection, questions)
        return [found[question] for question in questions]


def connect(name: str, user: str | None = None) -> DatabaseWrapper:
    """Return a connection to a database, as another user where one is named."""
    given = {**settings.DATABASES["mariadb"], "NAME": name}
    given |= {"USER": user, "PASSWORD": "secret"} if user else {}
    defaults = {
        "ATOMIC_REQUESTS": False,
        "AUTOCOMMIT": True,
        "CONN_HEALTH_CHECKS": False,
        "CONN_MAX_AGE": 0,
        "OPTIONS": {},
        "TIME_ZONE": None,
    }
    from django.db.backends.mysql.base import DatabaseWrapper  # Needs the driver.

    return DatabaseWrapper({**defaults, **given}, alias="mariadb")


@pytest.fixture
def scratch(django_db_blocker: Any) -> Iterator[Scratch]:
    """Return an empty database; dropped with all in it after the test."""
    if "mariadb" in settings.ABSENT:
        pytest.skip(settings.ABSENT["mariadb"].reason)
    with django_db_blocker.unblock(), _database() as name:
        scratch = Scratch(connect(name))
        try:
            yield scratch
        finally:
            scratch.close()


@contextmanager
def _database() -> Iterator[str]:
    server = connect("")
    try:
        with server.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {quote(NAME)}")
            cursor.execute(f"CREATE DATABASE {quote(NAME)} CHARACTER SET utf8mb4")
        yield NAME
    finally:
        with server.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {quote(NAME)}")
        server.close()


@pytest.fixture
def role(scratch: Scratch) -> Iterator[Callable[..., DatabaseWrapper]]:
    """Return a function that opens a session with these grants and no others."""
    account = f"'{ROLE}'@'%'"

    def grant(*grants: str) -> DatabaseWrapper:
        scratch.run(f"CREATE OR REPLACE USER {account} IDENTIFIED BY 'secret'")
        for text in grants:
            scratch.run(f"GRANT {text} TO {account}".replace("%DB", quote(NAME)))
        return scratch.session(ROLE)

    yield grant
    scratch.run(f"DROP USER IF EXISTS {account}")
