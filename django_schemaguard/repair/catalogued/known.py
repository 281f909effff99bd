"""Whether a PostgreSQL server knows the words that an addition is made of.

Types, functions, collations and operator classes come from extensions and from
migrations, and another server need not have them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.backends import backend_for
from django_schemaguard.backends.base import Question, Role
from django_schemaguard.backends.postgresql.words import quoted, quoted_path
from django_schemaguard.backends.repair import Obstacle
from django_schemaguard.core.schema import Check, ForeignKey, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django_schemaguard.backends.postgresql.repair import PostgreSQLWriter
    from django_schemaguard.core.schema import Column, TableObject

_HINT = "Give it what it lacks by a migration, then run 'sync' again."


def in_columns(writer: PostgreSQLWriter, columns: Iterable[Column]) -> Obstacle | None:
    """Return what the server does not know of columns, each seen by itself."""
    return _refused(writer, (it for column in columns for it in _of_column(column)))


def in_table(writer: PostgreSQLWriter, table: Table) -> Obstacle | None:
    """Return what the server does not know of a table, without what stands beside."""
    unknown = in_columns(writer, table.columns)
    return unknown or _refused(writer, _of_table(table))


def in_object(
    writer: PostgreSQLWriter, table: Table, thing: TableObject
) -> Obstacle | None:
    """Return what the server does not know of an index or constraint.

    Args:
        writer: Of the server.
        table: With the columns that it will have there.
        thing: The index or constraint.
    """
    return _unclassed(writer, thing) or _refused(writer, _of_object(table, thing))


def _unclassed(writer: PostgreSQLWriter, thing: TableObject) -> Obstacle | None:
    """Return the obstacle of an operator class that is not there."""
    if isinstance(thing, ForeignKey | Check):
        return None
    for key in thing.keys:
        name = (key.opclass or key.default_opclass or "").partition("(")[0]
        if name and not writer.catalog.has_operator_class(thing.method, name):
            what = f'operator class "{name}" for access method "{thing.method}"'
            return _obstacle(f"{what} does not exist")
    return None


def _of_column(column: Column) -> Iterator[Question]:
    alone = Table(column.name, (column,))
    yield Question(alone, column.name, Role.KEY, quoted(column.name))
    if column.default and not column.identity:
        text = column.default.sql
        yield Question(alone, column.name, Role.VALUE, text, column.type)


def _of_table(table: Table) -> Iterator[Question]:
    for column in table.columns:
        if column.generated:
            text = column.generated.sql
            yield Question(table, table.name, Role.VALUE, text, column.type)
    for check in table.checks:
        yield from _of_object(table, check)


def _of_object(table: Table, thing: TableObject) -> Iterator[Question]:
    def ask(role: Role, sql: str) -> Question:
        return Question(table, table.name, role, sql)

    if isinstance(thing, ForeignKey):
        return
    if isinstance(thing, Check):
        yield ask(Role.CONDITION, thing.expression.sql)
        return
    if thing.condition:
        yield ask(Role.CONDITION, thing.condition.sql)
    for key in thing.keys:
        text = f"({key.expression.sql})" if key.expression else ""
        if key.collation:
            text = text or quoted(key.column or "")
            text += f" COLLATE {quoted_path(key.collation)}"
        if text:
            yield ask(Role.KEY, text)


def _refused(
    writer: PostgreSQLWriter, questions: Iterable[Question]
) -> Obstacle | None:
    asked = tuple(questions)
    if not asked:
        return None
    connection = writer.connection
    answers = backend_for(connection).answer(connection, asked)
    problems = (answers[question].problem for question in asked)
    found = next(filter(None, problems), None)
    return None if found is None else _obstacle(found)


def _obstacle(problem: str) -> Obstacle:
    return Obstacle(f"The server does not take it: {problem}.", _HINT)
