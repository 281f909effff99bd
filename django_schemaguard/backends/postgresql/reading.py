"""Reading the catalog although other sessions change the schema meanwhile."""

from __future__ import annotations

from itertools import starmap
from typing import TYPE_CHECKING, Any

from django.db import Error as DjangoDatabaseError
from django.db.migrations.recorder import MigrationRecorder

from django_schemaguard.backends.home import home_of
from django_schemaguard.backends.postgresql import (
    catalog,
    explain,
    numbers,
    tables,
    transaction,
)
from django_schemaguard.backends.postgresql.session import (
    LOCK_NOT_AVAILABLE,
    failure,
    is_lost,
    sqlstate,
)
from django_schemaguard.backends.postgresql.words import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.backends.base import Answer, Question, Scope
    from django_schemaguard.backends.postgresql.rows import Catalog
    from django_schemaguard.core.schema import Schema, Traits

_RECORD = "SELECT id, app, name, applied FROM {table}"
_WHAT = "read the catalog of"
_UNDEFINED_TABLE = "42P01"
_INTERNAL_ERROR = "XX000"  # "cache lookup failed": an object was dropped meanwhile.


def read(connection: BaseDatabaseWrapper, scope: Scope, traits: Traits) -> Schema:
    """Read the schema in one statement, anew where another session interferes.

    A lock taken after the locks were listed ends the first try by `lock_timeout`;
    the second finds it listed. The third prints no expression and meets no lock.
    How far sequences have come is left to `complete`.
    """
    try:
        return tables.schema(_fetch(connection, scope), traits)
    except DjangoDatabaseError as error:
        raise failure(connection, error, _WHAT) from error


def _fetch(connection: BaseDatabaseWrapper, scope: Scope) -> Catalog:
    for deparse in (True, True, False):
        try:
            return catalog.fetch(connection, scope, deparse=deparse)
        except DjangoDatabaseError as error:
            if is_lost(connection, error) or not deparse or not _passing(error):
                raise
    raise AssertionError  # The last try returns or raises.


def complete(
    connection: BaseDatabaseWrapper, schema: Schema, questions: Iterable[Question]
) -> tuple[Schema, Mapping[Question, Answer]]:
    """Read the numbers of sequences and ask the questions, in one round trip.

    Where that fails, the numbers by themselves, and the questions by themselves.
    """
    asked = explain.Asked.of(questions)
    probing = numbers.statements(connection, schema)
    first = asked.first
    if probing and first and transaction.gives_all(connection):
        try:
            found = transaction.rows(connection, [*probing, *explain.statements(first)])
        except DjangoDatabaseError as error:
            if is_lost(connection, error):
                raise failure(connection, error, _WHAT) from error
        else:
            schema = numbers.completed(schema, found[: len(probing)])
            answers = explain.answers_from(first, found[len(probing) :])
            rest = explain.answer(connection, asked.rest)
            return schema, {**answers, **rest}
    schema = numbers.read(connection, schema)
    return schema, explain.answer(connection, asked)


def records(connection: BaseDatabaseWrapper) -> list[Any]:
    """Return Django's record of migrations; none where there is no such table.

    Where the connection stands for a schema, another one's record is none of it.
    """
    home, table = home_of(connection), quoted("django_migrations")
    if home is not None:
        table = f"{quoted(home.schema)}.{table}"
    try:
        (rows,) = transaction.rows(connection, [_RECORD.format(table=table)])
    except DjangoDatabaseError as error:
        if sqlstate(error) == _UNDEFINED_TABLE:
            return []
        raise
    return list(starmap(MigrationRecorder.Migration, rows))


def _passing(error: DjangoDatabaseError) -> bool:
    return sqlstate(error) in {LOCK_NOT_AVAILABLE, _INTERNAL_ERROR}
