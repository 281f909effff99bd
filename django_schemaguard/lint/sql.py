"""SQL text as statements and words: just enough to see what a statement does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|--[^\n]*|/\*.*?\*/)
    |(?P<body>\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)
    |(?P<text>'(?:[^']|'')*')
    |(?P<name>"(?:[^"]|"")*"|`(?:[^`]|``)*`)
    |(?P<word>[^\W\d][\w$]*)
    |(?P<end>;)
    |(?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ROUTINES = frozenset({"FUNCTION", "PROCEDURE", "TRIGGER"})
_IGNORED = frozenset({"IF", "EXISTS", "NOT", "ONLY", "CONCURRENTLY"})

_ABOUT_TABLE = (
    ("ALTER", "TABLE"),
    ("CREATE", "TABLE"),
    ("DROP", "TABLE"),
    ("INSERT", "INTO"),
    ("DELETE", "FROM"),
    ("UPDATE",),
    ("TRUNCATE", "TABLE"),
    ("TRUNCATE",),
    ("COMMENT", "ON", "TABLE"),
    ("CLUSTER",),
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement.

    Attributes:
        tokens: Words and quoted names as written, and signs; text literals are "''",
            dollar-quoted bodies "$$"; comments are left out.
    """

    tokens: tuple[str, ...]

    @property
    def upper(self) -> tuple[str, ...]:
        """The tokens in capitals; quoted names keep their quotes and so stand out."""
        return tuple(token.upper() for token in self.tokens)

    def starts(self, *words: str) -> bool:
        """Return whether it starts with these words."""
        return self.upper[: len(words)] == words

    def has(self, *words: str) -> bool:
        """Return whether these words stand in it one after the other."""
        upper, length = self.upper, len(words)
        return any(
            upper[i : i + length] == words for i in range(len(upper) - length + 1)
        )

    def name_after(self, *words: str) -> str | None:
        """Return the name that follows these words, unquoted, without its namespace.

        IF [NOT] EXISTS, ONLY and CONCURRENTLY in between are passed over.
        """
        upper, length = self.upper, len(words)
        for i in range(len(upper) - length + 1):
            if upper[i : i + length] == words:
                return self._name(i + length)
        return None

    @property
    def table(self) -> str | None:
        """The table that it is about, as far as its words tell."""
        for words in _ABOUT_TABLE:
            if self.starts(*words):
                return self.name_after(*words)
        if self.starts("CREATE") and self.has("INDEX"):
            return self.name_after("ON")
        return None

    def _name(self, place: int) -> str | None:
        tokens = self.tokens
        while place < len(tokens) and tokens[place].upper() in _IGNORED:
            place += 1
        if place >= len(tokens) or not re.match(r'[\w"`]', tokens[place]):
            return None
        while place + 2 < len(tokens) and tokens[place + 1] == ".":
            place += 2
        return unquoted(tokens[place])


def unquoted(token: str) -> str:
    """Return a name as the server takes it."""
    if token[:1] in {'"', "`"}:
        return token[1:-1].replace(token[0] * 2, token[0])
    return token.lower()


def statements(sql: str) -> tuple[Statement, ...]:
    """Return the statements of a text."""
    return tuple(Statement(tokens) for tokens in _parted(sql) if tokens)


def _parted(sql: str) -> Iterator[tuple[str, ...]]:
    tokens: list[str] = []
    for match in _TOKEN.finditer(sql):
        kind = match.lastgroup
        if match["space"] is not None:
            continue
        if kind == "end" and not _is_open(tokens):
            yield tuple(tokens)
            tokens = []
        elif match["body"] is not None:
            tokens.append("$$")
        else:
            tokens.append("''" if kind == "text" else match[0])
    yield tuple(tokens)


def _is_open(tokens: list[str]) -> bool:
    """Return whether the body of a trigger or function goes on after a semicolon."""
    words = [token.upper() for token in tokens]
    if words[:1] != ["CREATE"] or not _ROUTINES & set(words[:6]):
        return False
    return words.count("BEGIN") + words.count("CASE") > words.count("END")
