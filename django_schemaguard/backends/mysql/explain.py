"""EXPLAIN prints back what the server understood of a text."""

from __future__ import annotations

import hashlib
import re
from itertools import groupby, pairwise
from operator import attrgetter
from typing import TYPE_CHECKING

from django_schemaguard.backends.base import Answer, Question
from django_schemaguard.backends.mysql.booleans import plain_booleans
from django_schemaguard.backends.mysql.row_source import row_source
from django_schemaguard.backends.mysql.session import is_mariadb

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper

_NOTE = 1003  # The statement as the server understood it.
# One type for all columns, or the arms of the UNION would not fit together.
_BEFORE, _AFTER = ",hex(", ") "


def explain(
    connection: BaseDatabaseWrapper, questions: Sequence[Question]
) -> list[Answer]:
    """Return the server's words for each text; one that fails spoils them all.

    The questions about one table stand together.
    """
    groups = [list(group) for _, group in groupby(questions, attrgetter("table_name"))]
    tag = _tag(questions)
    width = max(len(group) for group in groups)
    arms = [
        _arm(group, f"{tag}_{number}", width) for number, group in enumerate(groups)
    ]
    command = (
        "EXPLAIN EXTENDED" if is_mariadb(connection) else "EXPLAIN FORMAT=TRADITIONAL"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"{command} {' UNION ALL '.join(arms)}")
        cursor.fetchall()
        cursor.execute("SHOW WARNINGS")
        notes = [text for _, code, text in cursor.fetchall() if int(code) == _NOTE]
    printed = _printed(notes[-1], tag)
    return [
        Answer(plain_booleans(text, question.table))
        for question, text in zip(questions, printed, strict=True)
    ]


def _tag(questions: Sequence[Question]) -> str:
    """Return a name that none of the texts can contain."""
    texts = "\0".join(question.sql for question in questions)
    return "q" + hashlib.sha256(texts.encode()).hexdigest()[:24]


def _arm(questions: Sequence[Question], tag: str, width: int) -> str:
    texts = [question.sql for question in questions]
    columns = [f"0 AS `{tag}`"]
    columns += [f"HEX(({text})) AS `{tag}_{n}`" for n, text in enumerate(texts)]
    columns += ["NULL"] * (width - len(texts))
    source = row_source(questions[0].table, texts)
    # Texts of the project and of the catalog, compiled and never run.
    return f"SELECT {', '.join(columns)} FROM {source}"  # noqa: S608


def _printed(note: str, tag: str) -> Iterator[str]:
    """Yield what stands before each alias, without the hex() around it."""
    marks = list(re.finditer(rf"AS .{tag}_\d+(_\d+)?[`\"]", note))
    for last, mark in pairwise(marks):
        if mark[1] is None:
            continue  # The head of the next arm.
        text = note[last.end() : mark.start()]
        yield text.removeprefix(_BEFORE).removesuffix(_AFTER)
