"""SQLite, as every caller of a backend sees it."""

from __future__ import annotations

import sqlite3
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import DatabaseError

from django_schemaguard._typing import override
from django_schemaguard.backends.base import Backend
from django_schemaguard.backends.sqlite.access import bounded_access, unreadable
from django_schemaguard.backends.sqlite.reader import TRAITS, read_schema
from django_schemaguard.backends.sqlite.shadow import answer_questions
from django_schemaguard.backends.sqlite.type_names import canonical_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from contextlib import AbstractContextManager

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.backends.base import Answer, Limits, Question, Scope
    from django_schemaguard.core.schema import Schema, Traits


class SQLite(Backend):
    """Reads a SQLite file in one statement; asks only a database in memory."""

    @override
    def traits(self, connection: BaseDatabaseWrapper) -> Traits:
        """Return the ways of SQLite; they are the same for each file."""
        return TRAITS

    @override
    def bounded(
        self, connection: BaseDatabaseWrapper, limits: Limits
    ) -> AbstractContextManager[None]:
        """Bound the wait for another process's lock; refuse a missing file."""
        return bounded_access(connection, limits)

    @override
    def server_version(self, connection: BaseDatabaseWrapper) -> str:
        """Return the version of the library, which is all of the server."""
        return sqlite3.sqlite_version

    @override
    def read(self, connection: BaseDatabaseWrapper, scope: Scope) -> Schema:
        """Read tables and views of the main database."""
        try:
            return read_schema(connection, scope)
        except DatabaseError as error:
            raise unreadable(connection, error) from error

    @override
    def canonical_type(self, type_name: str) -> str:
        """Return the type in lower case, with one way of spacing."""
        return canonical_type(type_name)

    @override
    def answer(
        self, connection: BaseDatabaseWrapper, questions: Iterable[Question]
    ) -> Mapping[Question, Answer]:
        """Return the programs that SQLite compiles the expressions to."""
        return answer_questions(connection, questions)

    @override
    def token(self, connection: BaseDatabaseWrapper) -> str | None:
        """Return a digest of all that makes a schema in SQLite: its statements."""
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT type, name, tbl_name, sql FROM sqlite_master"
                    " ORDER BY type, name"
                )
                rows = cursor.fetchall()
        except DatabaseError as error:
            raise unreadable(connection, error) from error
        return sha256(repr(rows).encode()).hexdigest()
