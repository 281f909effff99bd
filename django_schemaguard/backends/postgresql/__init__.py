"""PostgreSQL: one statement for the catalog, EXPLAIN for its words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django_schemaguard._typing import override
from django_schemaguard.backends.base import Answer, Backend, Limits, Question, Scope
from django_schemaguard.backends.postgresql import (
    explain,
    reading,
    session,
    transaction,
    types,
)
from django_schemaguard.backends.postgresql import token as tokens
from django_schemaguard.core.schema import Schema, Traits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from django.db.backends.base.base import BaseDatabaseWrapper

_TRAITS = Traits("postgresql")


class PostgreSQL(Backend):
    """Reads PostgreSQL 15 and later with psycopg or psycopg2.

    Needs no privilege on any table, works on a hot standby and in a read-only
    transaction, and leaves nothing in the session.
    """

    @override
    def traits(self, connection: BaseDatabaseWrapper) -> Traits:
        return _TRAITS

    @override
    def bounded(
        self, connection: BaseDatabaseWrapper, limits: Limits
    ) -> AbstractContextManager[None]:
        return transaction.bounded(connection, limits)

    @override
    def server_version(self, connection: BaseDatabaseWrapper) -> str:
        return session.server_version(connection)

    @override
    def read(self, connection: BaseDatabaseWrapper, scope: Scope) -> Schema:
        return reading.read(connection, scope, _TRAITS)

    @override
    def canonical_type(self, type_name: str) -> str:
        return types.canonical_type(type_name)

    @override
    def answer(
        self, connection: BaseDatabaseWrapper, questions: Iterable[Question]
    ) -> Mapping[Question, Answer]:
        return explain.answer(connection, explain.Asked.of(questions))

    @override
    def complete(
        self,
        connection: BaseDatabaseWrapper,
        schema: Schema,
        questions: Collection[Question],
    ) -> tuple[Schema, Mapping[Question, Answer]]:
        return reading.complete(connection, schema, questions)

    @override
    def records(self, connection: BaseDatabaseWrapper) -> Sequence[Any]:
        return reading.records(connection)

    @override
    def spared(self, connection: BaseDatabaseWrapper) -> AbstractContextManager[None]:
        return transaction.spared(connection)

    @override
    def token(self, connection: BaseDatabaseWrapper) -> str | None:
        return tokens.token(connection)
