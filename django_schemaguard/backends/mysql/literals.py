"""Literal defaults by the value that a column of their type would store.

The server evaluates a literal when it makes the column and prints the value:
`1.5` in a decimal(5,2) reads back as `1.50`, `pi()` as `3.14`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from django_schemaguard.backends.mysql.type_names import canonical_type

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_STRING = r"'(?:[^'\\]|''|\\.)*'"
_LITERAL = re.compile(
    rf"""
    [-+]?\s*(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?
    | (?:_\w+\s*|n)?{_STRING}
    | (?:date|time|timestamp)\s*{_STRING}
    | [xb]{_STRING} | 0x[0-9a-f]+ | 0b[01]+
    | true | false | null | pi\(\)
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_TYPE = re.compile(r"(\w+)(?:\((.*)\))?")
_CASTS: Mapping[str, str] = {
    **dict.fromkeys(
        ("tinyint", "smallint", "mediumint", "int", "bigint", "year"), "DECIMAL(65,0)"
    ),
    **dict.fromkeys(("datetime", "timestamp"), "DATETIME"),
    **dict.fromkeys(
        ("char", "varchar", "tinytext", "text", "mediumtext", "longtext"), "CHAR"
    ),
    **dict.fromkeys(("enum", "set"), "CHAR"),
    **dict.fromkeys(
        ("varbinary", "tinyblob", "blob", "mediumblob", "longblob"), "BINARY"
    ),
    **{kind: kind.upper() for kind in ("decimal", "float", "double", "binary")},
    **{kind: kind.upper() for kind in ("date", "time", "uuid", "inet4", "inet6")},
    "bit": "UNSIGNED",
}
_WITH_ARGUMENTS = frozenset({"decimal", "binary", "datetime", "timestamp", "time"})


@lru_cache(maxsize=4096)
def is_literal(sql: str) -> bool:
    """Return whether the text is one constant that the server evaluates at once."""
    return _LITERAL.fullmatch(without_parentheses(sql)) is not None


def without_parentheses(sql: str) -> str:
    """Return a text without the parentheses around all of it."""
    text = sql.strip()
    while text.startswith("(") and text.endswith(")"):
        inner = text[1:-1].strip()
        if _LITERAL.fullmatch(inner) is None and not inner.startswith("("):
            break
        text = inner
    return text


def stored_value(sql: str, type_name: str | None) -> str | None:
    """Return the SQL of the value in hexadecimal digits; None for other types."""
    shape = _TYPE.match(canonical_type(type_name or ""))
    if shape is None or shape[1] not in _CASTS:
        return None
    target = _CASTS[shape[1]]
    if shape[2] and shape[1] in _WITH_ARGUMENTS:
        target += f"({shape[2]})"
    value = f"CAST({without_parentheses(sql)} AS {target})"
    if target.startswith("BINARY"):
        return f"HEX({value})"
    return f"HEX(CONVERT({value} USING utf8mb4))"


def evaluation(values: Sequence[str]) -> str:
    """Return one statement that selects all these values."""
    return "SELECT " + ", ".join(values)
