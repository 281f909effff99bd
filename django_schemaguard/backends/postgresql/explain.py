"""Expressions in the server's own words, by EXPLAIN.

The planner's output is a normal form: coercions are written out, constants are
folded, IN is = ANY, NOT is pushed down. Nothing is executed, no table is touched:
the row source is an empty, typed set.
"""

from __future__ import annotations

import json
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

from django.db import Error as DjangoDatabaseError

from django_schemaguard.backends.base import Answer, Question, Role
from django_schemaguard.backends.postgresql import session, transaction, words
from django_schemaguard.backends.postgresql.types import canonical_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.schema import Column, Table

Batch: TypeAlias = list[Question]

# Planning is superlinear in the arms of a UNION ALL.
_TABLES = 10
_EXPRESSIONS = 400
# Statements in one round trip: some 1,000 tables, less than a megabyte of text.
_TOGETHER = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions, in batches of a statement each.

    Attributes:
        batches: Those that go to the server.
        unsound: The answers to the others.
    """

    batches: tuple[Batch, ...]
    unsound: Mapping[Question, Answer]

    @classmethod
    def of(cls, questions: Iterable[Question]) -> Asked:
        """Return the questions in batches; what is not one expression is left out."""
        sound: Batch = []
        unsound: dict[Question, Answer] = {}
        for question in dict.fromkeys(questions):
            if words.is_one_expression(question.sql):
                sound.append(question)
            else:
                unsound[question] = Answer(problem="it is not one SQL expression")
        return cls(tuple(_batches(sound)), unsound)

    @property
    def first(self) -> tuple[Batch, ...]:
        """The batches that may go to the server together with something else."""
        return self.batches[:_TOGETHER] if _small(self.batches) else ()

    @property
    def rest(self) -> Asked:
        """What is left after the first batches."""
        return Asked(self.batches[len(self.first) :], self.unsound)


def answer(connection: BaseDatabaseWrapper, asked: Asked) -> Mapping[Question, Answer]:
    """Put the questions in few statements; a text that fails fails alone."""
    answers = dict(asked.unsound)
    # Where the driver gives back the last result only, each batch goes alone.
    size = _TOGETHER if transaction.gives_all(connection) else 1
    batches = iter(asked.batches)
    while several := list(islice(batches, size)):
        answers.update(_ask_all(connection, several))
    return answers


def _small(batches: Iterable[Batch]) -> bool:
    return all(len(batch) <= _EXPRESSIONS for batch in batches)


def _ask_all(
    connection: BaseDatabaseWrapper, batches: list[Batch]
) -> dict[Question, Answer]:
    """Ask several batches at once; where one fails, each by itself."""
    if len(batches) > 1 and _small(batches):
        with suppress(_Refused):
            return _explain(connection, batches)
    return {
        question: answer
        for batch in batches
        for question, answer in _ask(connection, batch).items()
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


def _ask(connection: BaseDatabaseWrapper, batch: Batch) -> dict[Question, Answer]:
    """Ask a batch; where it fails, ask its halves, down to the culprit."""
    if len(batch) <= _EXPRESSIONS:
        try:
            return _explain(connection, [batch])
        except _Refused as refused:
            error = refused.error
            if len(batch) == 1 or session.is_timeout(error):
                return dict.fromkeys(batch, Answer(problem=session.first_line(error)))
    middle = len(batch) // 2
    halves = (batch[:middle], batch[middle:])
    return {
        question: answer
        for half in halves
        for question, answer in _ask(connection, half).items()
    }


class _Refused(Exception):
    def __init__(self, error: DjangoDatabaseError) -> None:
        self.error = error


def _explain(
    connection: BaseDatabaseWrapper, batches: Sequence[Batch]
) -> dict[Question, Answer]:
    """Explain each batch by a statement, all of them in one round trip."""
    try:
        rows = transaction.rows(connection, statements(batches))
    except DjangoDatabaseError as error:
        if session.is_lost(connection, error):
            raise session.failure(
                connection, error, "compare the expressions of"
            ) from error
        raise _Refused(error) from error
    return answers_from(batches, rows)


def statements(batches: Sequence[Batch]) -> list[str]:
    """Return the statement of each batch."""
    return [_statement(list(_by_table(batch).values())) for batch in batches]


def answers_from(
    batches: Sequence[Batch], rows: Sequence[list[Any]]
) -> dict[Question, Answer]:
    """Return the answers in the rows of the batches' statements."""
    answers: dict[Question, Answer] = {}
    for batch, found in zip(batches, rows, strict=True):
        for group, node in zip(
            _by_table(batch).values(), _plan(found)["Plans"], strict=False
        ):
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


def _plan(rows: list[Any]) -> Any:
    found = rows[0][0]
    # Drivers differ in whether they decode JSON.
    return (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]


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
