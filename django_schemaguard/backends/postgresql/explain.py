"""Expressions in the server's own words, by EXPLAIN.

The planner's output is a normal form: coercions are written out, constants are
folded, IN is = ANY, NOT is pushed down. Nothing is executed, no table is touched:
the row source is an empty, typed set.
"""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

from django.db import Error as DjangoDatabaseError

from django_schemaguard.backends.base import Answer, Question, Role
from django_schemaguard.backends.postgresql import results, session, words
from django_schemaguard.backends.postgresql.types import canonical_type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.schema import Column, Table

Batch: TypeAlias = list[Question]

# Planning is superlinear in the arms of a UNION ALL.
_TABLES = 10
_EXPRESSIONS = 400
# Statements in one round trip: some 1,000 tables, less than a megabyte of text.
_TOGETHER = 100


def answer(
    connection: BaseDatabaseWrapper, questions: Iterable[Question]
) -> Mapping[Question, Answer]:
    """Put the questions in few statements; a text that fails fails alone."""
    answers: dict[Question, Answer] = {}
    sound: Batch = []
    for question in dict.fromkeys(questions):
        if words.is_one_expression(question.sql):
            sound.append(question)
        else:
            answers[question] = Answer(problem="it is not one SQL expression")
    if not sound:
        return answers
    with session.retries(connection) as retry:
        for batches in _rounds(connection, _batches(sound)):
            answers.update(_ask_all(connection, batches, retry))
    return answers


def _rounds(
    connection: BaseDatabaseWrapper, batches: Iterator[Batch]
) -> Iterator[list[Batch]]:
    """Yield the batches that go to the server together.

    Where the driver gives back the last result only, each goes alone.
    """
    size = _TOGETHER if results.gives_all(connection) else 1
    while several := list(islice(batches, size)):
        yield several


def _ask_all(
    connection: BaseDatabaseWrapper, batches: list[Batch], retry: Callable[[], None]
) -> dict[Question, Answer]:
    """Ask several batches at once; where one fails, each by itself."""
    if len(batches) > 1 and all(len(batch) <= _EXPRESSIONS for batch in batches):
        try:
            return _explain(connection, batches)
        except DjangoDatabaseError as error:
            if session.is_lost(connection, error):
                raise session.failure(
                    connection, error, "compare the expressions of"
                ) from error
            retry()
    return {
        question: answer
        for batch in batches
        for question, answer in _ask(connection, batch, retry).items()
    }


def _batches(questions: Batch) -> Iterator[Batch]:
    """Yield batches in which no two tables share a name, nor a table is split.

    Tables of one name would get aliases that depend on the batch.
    """
    batch: Batch = []
    names: set[str] = set()
    for group in _by_table(questions).values():
        name = group[0].table.name
        full = len(names) >= _TABLES or len(batch) + len(group) > _EXPRESSIONS
        if batch and (full or name in names):
            yield batch
            batch, names = [], set()
        names.add(name)
        batch += group
    if batch:
        yield batch


def _ask(
    connection: BaseDatabaseWrapper, batch: Batch, retry: Callable[[], None]
) -> dict[Question, Answer]:
    """Ask a batch; where it fails, ask its halves, down to the culprit."""
    if len(batch) <= _EXPRESSIONS:
        try:
            return _explain(connection, [batch])
        except DjangoDatabaseError as error:
            if session.is_lost(connection, error):
                raise session.failure(
                    connection, error, "compare the expressions of"
                ) from error
            retry()
            if len(batch) == 1 or session.is_timeout(error):
                return dict.fromkeys(batch, Answer(problem=session.first_line(error)))
    middle = len(batch) // 2
    halves = (batch[:middle], batch[middle:])
    return {
        question: answer
        for half in halves
        for question, answer in _ask(connection, half, retry).items()
    }


def _explain(
    connection: BaseDatabaseWrapper, batches: list[Batch]
) -> dict[Question, Answer]:
    """Explain each batch by a statement, all of them in one round trip."""
    grouped = [list(_by_table(batch).values()) for batch in batches]
    statements = list(map(_statement, grouped))
    answers: dict[Question, Answer] = {}
    for groups, plan in zip(grouped, _plans(connection, statements), strict=True):
        for group, node in zip(groups, plan["Plans"], strict=False):
            texts = words.row_items(node["Output"][0])[1:]
            answers.update(
                (question, Answer(_canonical(question, text)))
                for question, text in zip(group, texts, strict=True)
            )
    return answers


def _by_table(batch: Batch) -> dict[str, Batch]:
    groups: dict[str, Batch] = defaultdict(list)
    for question in batch:
        groups[question.table_name].append(question)
    return groups


def _statement(groups: list[Batch]) -> str:
    # The last arm makes the plan an Append for a single table, too.
    arms = [*map(_arm, groups), "SELECT ROW(1)"]
    query = "\nUNION ALL\n".join(arms)
    return f"EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON)\n{query}"


def _canonical(question: Question, text: str) -> str:
    if question.role is Role.TYPE:
        # A domain is printed as (NULL::base)::domain.
        return text.removeprefix("NULL::").rpartition(")::")[2]
    return words.canonical(text, question.sql)


def _plans(connection: BaseDatabaseWrapper, statements: list[str]) -> Iterator[Any]:
    for rows in results.of_each(connection, statements):
        found = rows[0][0] if rows else "[]"
        # Drivers differ in whether they decode JSON.
        yield (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]


def _arm(group: Batch) -> str:
    """Return the SELECT of one table's expressions as one row value.

    A volatile first item keeps the planner from folding the row to a constant.
    """
    items = ["random()", *(_item(question) for question in group)]
    return f"SELECT ROW({', '.join(items)})\nFROM {_source(group)}"


def _item(question: Question) -> str:
    # The line break ends a comment that the text may end with.
    match question.role:
        case Role.TYPE:
            return f"NULL::{canonical_type(question.sql)}"
        case Role.VALUE if question.type is not None:
            return f"CAST(({question.sql}\n) AS {canonical_type(question.type)})"
        case Role.VALUE | Role.CONDITION | Role.KEY:
            return f"({question.sql}\n)"


def _source(group: Batch) -> str:
    table = group[0].table
    quote = words.quoted
    text = "\n".join(question.sql for question in group)
    columns = ", ".join(_column(column) for column in _used(table, text))
    if not columns:
        return f"(SELECT OFFSET 0) AS {quote(table.name)}"
    return f"json_to_recordset('[]') AS {quote(table.name)} ({columns})"


def _used(table: Table, text: str) -> Iterator[Column]:
    """Yield the columns that the text may name.

    One whose type is unknown to the server then spoils only what needs it.
    """
    folded = text.lower()
    whole = ".*" in text or table.name.lower() in folded
    for column in table.columns:
        if whole or column.name.lower().replace('"', '""') in folded:
            yield column


def _column(column: Column) -> str:
    text = f"{words.quoted(column.name)} {canonical_type(column.type)}"
    if column.collation:
        text += f" COLLATE {words.quoted_path(column.collation)}"
    return text
