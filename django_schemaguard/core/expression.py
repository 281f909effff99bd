"""Whether two pieces of SQL mean the same: yes, no, or not known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_schemaguard.core.schema import Expression

# A string, a quoted identifier, a word or number, an operator run, or one sign.
_TOKEN = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|[\w$.]+|[<>=!~|&@#*/+\-^%?:]+|\S"""
)
_PLAIN = re.compile(r'["`]([a-z_][a-z0-9_]*)["`]\Z')


@dataclass(frozen=True, slots=True)
class Unknown:
    """The two could not be compared, for this reason."""

    reason: str


@lru_cache(maxsize=16_384)
def normal_text(sql: str) -> str:
    """Return the text with white space, outer parentheses and needless quotes gone.

    Only what can never change the meaning is removed; casts stay.
    """
    tokens = [_PLAIN.sub(r"\1", token) for token in _TOKEN.findall(sql)]
    while len(tokens) > 1 and tokens[0] == "(" and _closes_at_end(tokens):
        tokens = tokens[1:-1]
    return " ".join(tokens)


def _closes_at_end(tokens: list[str]) -> bool:
    depth = 0
    for position, word in enumerate(tokens):
        depth += (word == "(") - (word == ")")
        if depth == 0:
            return position == len(tokens) - 1
    return False


def same_expression(
    expected: Expression | None, actual: Expression | None
) -> bool | Unknown:
    """Compare by text, then by the server's own words; say so where neither can."""
    if expected is None or actual is None:
        return expected is actual
    if normal_text(expected.sql) == normal_text(actual.sql):
        return True
    for side in (expected, actual):
        if side.problem is not None:
            return Unknown(side.problem)
    if expected.canonical is None or actual.canonical is None:
        return Unknown("its expression was not put to the server")
    return expected.canonical == actual.canonical
