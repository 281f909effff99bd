"""MariaDB and MySQL, as every caller of a backend sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.migrations.recorder import MigrationRecorder

from django_schemaguard._typing import override
from django_schemaguard.backends.base import Backend
from django_schemaguard.backends.mysql.answers import answers
from django_schemaguard.backends.mysql.reader import read_schema, traits_of
from django_schemaguard.backends.mysql.session import (
    Failures,
    bounded,
    error_code,
    failure,
    is_mariadb,
    server_facts,
)
from django_schemaguard.backends.mysql.type_names import canonical_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.backends.base import Answer, Limits, Question, Scope
    from django_schemaguard.core.schema import Schema, Traits

_NO_SUCH_TABLE = 1146


class MySQL(Backend):
    """Reads MariaDB 10.11 and later; MySQL 8 by its manual, never tried on one."""

    @override
    def traits(self, connection: BaseDatabaseWrapper) -> Traits:
        return traits_of(connection)

    @override
    def bounded(
        self, connection: BaseDatabaseWrapper, limits: Limits
    ) -> AbstractContextManager[None]:
        return bounded(connection, limits)

    @override
    def server_version(self, connection: BaseDatabaseWrapper) -> str:
        """Return such as "10.11.19-MariaDB" or "8.0.36"."""
        version = str(server_facts(connection)["version"]).partition("-")[0]
        return f"{version}-MariaDB" if is_mariadb(connection) else version

    @override
    def read(self, connection: BaseDatabaseWrapper, scope: Scope) -> Schema:
        try:
            return read_schema(connection)
        except Failures as error:
            raise failure(connection, error, "read the catalog") from error

    @override
    def records(self, connection: BaseDatabaseWrapper) -> Sequence[Any]:
        try:
            return tuple(MigrationRecorder(connection).migration_qs)
        except Failures as error:
            if error_code(error) != _NO_SUCH_TABLE:
                raise
            return ()

    @override
    def canonical_type(self, type_name: str) -> str:
        return canonical_type(type_name)

    @override
    def answer(
        self, connection: BaseDatabaseWrapper, questions: Iterable[Question]
    ) -> Mapping[Question, Answer]:
        return answers(connection, questions)
