"""Expressions in the server's own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from django_schemaguard.backends.base import Answer, Question, Role
from django_schemaguard.backends.mysql.explain import explain
from django_schemaguard.backends.mysql.literals import (
    evaluation,
    is_literal,
    stored_value,
)
from django_schemaguard.backends.mysql.session import (
    TIMED_OUT,
    Failures,
    error_code,
    failure,
    is_lost,
    is_mariadb,
)
from django_schemaguard.backends.mysql.type_names import canonical_type

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

Ask: TypeAlias = Callable[["BaseDatabaseWrapper", Sequence[Question]], list[Answer]]

_BATCH_QUESTIONS = 400
_BATCH_CHARACTERS = 200_000
# MariaDB prints the bytes of such a literal, and what lies beyond three bytes of
# UTF-8, as something else: two different texts could read the same.
_UNPRINTABLE_BYTES = re.compile(
    r"_binary\s*'[ -&(-\[\]-~]*[^ -&(-\[\]-~']", re.IGNORECASE
)
_UNPRINTABLE_CHARACTER = re.compile("[\U00010000-\U0010ffff]")
# The catalog prints with backslashes whatever the mode, Django by the mode.
ESCAPED = "the session's sql_mode reads its backslashes otherwise"
UNPRINTABLE = "the server does not print all of its characters"


def answers(
    connection: BaseDatabaseWrapper, questions: Iterable[Question]
) -> Mapping[Question, Answer]:
    """Return the answer to each question, with a few statements for them all."""
    questions = tuple(dict.fromkeys(questions))
    unreadable = _unreadable(connection, questions)
    found: dict[Question, Answer] = {}
    values: list[Question] = []
    texts: list[Question] = []
    for question in questions:
        if question.role is Role.TYPE:
            found[question] = Answer(canonical_type(question.sql))
        elif question in unreadable:
            found[question] = Answer(problem=unreadable[question])
        elif _is_value(question):
            values.append(question)
        else:
            texts.append(question)
    texts.sort(key=lambda question: question.table_name)
    for ask, asked in ((_evaluate, values), (explain, texts)):
        for batch in _batches(asked):
            found.update(_asked(connection, ask, batch))
    return found


def _unreadable(
    connection: BaseDatabaseWrapper, questions: Iterable[Question]
) -> Mapping[Question, str]:
    """Return the questions whose text could be taken for another, and why."""
    found = {}
    escaped = {question for question in questions if "\\" in question.sql}
    if escaped and _reads_backslashes_as_they_are(connection):
        found = dict.fromkeys(escaped, ESCAPED)
    if is_mariadb(connection):
        found |= {q: UNPRINTABLE for q in questions if _is_unprintable(q.sql)}
    return found


def _reads_backslashes_as_they_are(connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT @@SESSION.sql_mode")
        (mode,) = cursor.fetchone()
    return "NO_BACKSLASH_ESCAPES" in mode.split(",")


def _is_unprintable(sql: str) -> bool:
    return bool(_UNPRINTABLE_CHARACTER.search(sql) or _UNPRINTABLE_BYTES.search(sql))


def _is_value(question: Question) -> bool:
    return (
        question.role is Role.VALUE
        and is_literal(question.sql)
        and stored_value(question.sql, question.type) is not None
    )


def _batches(questions: Sequence[Question]) -> Iterator[list[Question]]:
    batch: list[Question] = []
    size = 0
    for question in questions:
        if batch and (
            len(batch) == _BATCH_QUESTIONS
            or size + len(question.sql) > _BATCH_CHARACTERS
        ):
            yield batch
            batch, size = [], 0
        batch.append(question)
        size += len(question.sql)
    if batch:
        yield batch


def _asked(
    connection: BaseDatabaseWrapper, ask: Ask, questions: Sequence[Question]
) -> Iterator[tuple[Question, Answer]]:
    """Ask all at once; halve until what the server refuses stands alone."""
    try:
        yield from zip(questions, ask(connection, questions), strict=True)
    except Failures as error:
        if is_lost(error) or error_code(error) in TIMED_OUT:
            raise failure(connection, error, "ask for expressions") from error
        if len(questions) == 1:
            yield questions[0], Answer(problem=_reason(error))
            return
        middle = len(questions) // 2
        yield from _asked(connection, ask, questions[:middle])
        yield from _asked(connection, ask, questions[middle:])


def _reason(error: Exception) -> str:
    said = " ".join(str(error.args[-1] if error.args else error).split())
    return f"the server does not understand it: {said.rstrip('.')}"


def _evaluate(
    connection: BaseDatabaseWrapper, questions: Sequence[Question]
) -> list[Answer]:
    values = [stored_value(q.sql, q.type) or "NULL" for q in questions]
    with connection.cursor() as cursor:
        cursor.execute(evaluation(values))
        row = cursor.fetchone()
    return [
        _value(question, digits)
        for question, digits in zip(questions, row, strict=True)
    ]


def _value(question: Question, digits: str | None) -> Answer:
    if digits is None:
        return Answer(problem=f"the server takes it for no value of {question.type}")
    return Answer(f"value {digits}")
