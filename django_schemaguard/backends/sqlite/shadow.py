"""What SQLite takes an expression for: the program it compiles it to.

Two texts are one expression where SQLite compiles both to the same program over
an empty table of the same columns. Brackets, quotes, white space and the case of
keywords are gone there; constants, operators, collations, affinities and the
positions of columns are not.

Source: "The SQLite Bytecode Engine"; what EXPLAIN cuts short (blobs at their first
zero byte, floats behind the 16th digit) is kept beside the program.
"""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from contextlib import closing as closes
from typing import TYPE_CHECKING, Final

from django_schemaguard.backends.base import Answer, Role
from django_schemaguard.backends.sqlite.tokens import (
    Kind,
    NotUnderstood,
    Token,
    quoted,
    refuse_stray_parentheses,
    tokenize,
)
from django_schemaguard.backends.sqlite.type_names import affinity, canonical_type
from django_schemaguard.backends.sqlite.wording import one_wording

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.backends.base import Question
    from django_schemaguard.core.schema import Column

# They name pages and versions of the shadow, not the expression.
_FRAME: Final = frozenset({"Init", "OpenRead", "Transaction"})
# A program of these alone gives the same value each time, whatever the row.
_CONSTANT: Final = frozenset(
    {"Init", "OpenRead", "Transaction", "Rewind", "Next", "Halt", "Goto", "ResultRow"}
    | {"Integer", "Int64", "Real", "String8", "Blob", "Null", "Cast", "Copy", "SCopy"}
    | {"Add", "Subtract", "Multiply", "Divide", "Remainder", "Concat", "BitNot"}
)
_FLOAT: Final = re.compile(r"(?=.*[.eE])[0-9_.]+([eE][+-]?[0-9]+)?")
_BOOLEAN: Final = frozenset({"bool", "boolean"})


def answer_questions(
    connection: BaseDatabaseWrapper, questions: Iterable[Question]
) -> dict[Question, Answer]:
    """Return what SQLite compiles each text to; the user's file is not touched."""
    by_table: dict[str, list[Question]] = defaultdict(list)
    answers: dict[Question, Answer] = {}
    for question in questions:
        if question.role is Role.TYPE:
            answers[question] = Answer(canonical_type(question.sql))
        else:
            by_table[question.table_name].append(question)
    if not by_table:
        return answers
    with closes(_memory(connection)) as memory:
        for group in by_table.values():
            answers |= _answer_group(memory, group)
    return answers


def _memory(connection: BaseDatabaseWrapper) -> sqlite3.Connection:
    """Return a database in memory that knows the functions of the connection."""
    wrapper = connection.copy()
    wrapper.settings_dict |= {"NAME": ":memory:", "OPTIONS": {}}
    # Sends connection_created, so that functions of the project's own are there.
    wrapper.connect()
    # Not the wrapper: its close() leaves a database in memory open.
    memory: sqlite3.Connection = wrapper.connection
    memory.text_factory = _text
    return memory


def _text(value: bytes) -> str:
    # EXPLAIN returns the bytes of a blob as if they were text.
    return value.decode(errors="backslashreplace")


def _answer_group(
    memory: sqlite3.Connection, questions: list[Question]
) -> dict[Question, Answer]:
    """Answer the questions of one table over one empty table."""
    table = quoted(questions[0].table_name)
    columns = _columns(questions)
    definitions = ", ".join(
        f"{quoted(column.name)} {affinity(column.type)}"
        + (f" COLLATE {quoted(column.collation)}" if column.collation else "")
        for column in columns.values()
    )
    try:
        memory.execute(f"CREATE TABLE {table} ({definitions})")
    except sqlite3.Error as error:
        problem = f"SQLite cannot make a table of its columns: {error}"
        return dict.fromkeys(questions, Answer(problem=problem))
    booleans = {
        name for name, it in columns.items() if canonical_type(it.type) in _BOOLEAN
    }
    answers = {it: _answer(memory, table, it, booleans) for it in questions}
    memory.execute(f"DROP TABLE {table}")
    return answers


def _columns(questions: Iterable[Question]) -> dict[str, Column]:
    """Return the columns of all row sources, by folded name; the first one wins."""
    columns: dict[str, Column] = {}
    seen: set[int] = set()
    for question in questions:
        if id(question.table) not in seen:
            seen.add(id(question.table))
            for column in question.table.columns:
                columns.setdefault(column.name.lower(), column)
    return columns


def _answer(
    memory: sqlite3.Connection, table: str, question: Question, booleans: set[str]
) -> Answer:
    try:
        tokens = one_wording(_expression(question.sql), booleans)
        text = " ".join(token.text for token in tokens)
        # The texts come from the catalog and the models, and only memory is asked.
        program = memory.execute(f"EXPLAIN SELECT ({text}) FROM {table}").fetchall()  # noqa: S608
        if question.role is Role.VALUE and {row[1] for row in program} <= _CONSTANT:
            return Answer(_stored(memory, text, question.type or ""))
    except (sqlite3.Error, NotUnderstood) as error:
        return Answer(problem=f"SQLite cannot compile it: {error}")
    kept = [row[1:7] for row in program if row[1] not in _FRAME]
    return Answer(f"{kept} {_exact(tokens)}")


def _expression(sql: str) -> tuple[Token, ...]:
    tokens = tokenize(sql)
    refuse_stray_parentheses(tokens)
    return tokens


def _stored(memory: sqlite3.Connection, text: str, type_name: str) -> str:
    """Return the value that a column of this type keeps."""
    memory.execute(f"CREATE TABLE stored (value {affinity(type_name)})")
    memory.execute(f"INSERT INTO stored VALUES ({text})")  # noqa: S608
    # The sign hides the declared type from the converters that Django registers.
    row = memory.execute("SELECT typeof(value), +value FROM stored").fetchone()
    memory.execute("DROP TABLE stored")
    return repr(row)


def _exact(tokens: Iterable[Token]) -> list[str]:
    """Return blobs and floats in full."""
    exact = []
    for token in tokens:
        if token.kind is Kind.BLOB:
            exact.append(token.text.lower())
        elif token.kind is Kind.NUMBER and _FLOAT.fullmatch(token.text):
            exact.append(repr(float(token.text)))
    return exact
