"""SQL text as statements and words: just enough to see what a statement does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|--[^\n]*|/\*.*?\*/|(?:\A|(?<=\n))\#[^\n]*)
    |(?P<body>\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)
    |(?P<text>[eE]'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*')
    |(?P<name>"(?:[^"]|"")*"|`(?:[^`]|``)*`)
    |(?P<word>[^\W\d][\w$]*)
    |(?P<end>;)
    |(?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ROUTINES = frozenset({"EVENT", "FUNCTION", "PROCEDURE", "TRIGGER"})
_BEFORE_ROUTINE = 12  # Words; MariaDB's may name who defines it, and where from.
_NO_BLOCK = frozenset({"IF", "LOOP", "REPEAT", "WHILE"})
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
        path = self.path_after(*words)
        return path[-1] if path else None

    def path_after(self, *words: str) -> tuple[str, ...]:
        """Return that name after its namespaces; () where none follows."""
        found = self._after(words)
        return () if found is None else Statement(found).path

    def names_after(self, *words: str) -> tuple[str, ...]:
        """Return the names that follow these words, with commas in between."""
        return tuple(path[-1] for path in self.paths_after(*words))

    def paths_after(self, *words: str) -> tuple[tuple[str, ...], ...]:
        """Return those names after their namespaces."""
        parts = _at_commas(self._after(words) or ())
        return tuple(path for part in parts if (path := Statement(part).path))

    def _after(self, words: tuple[str, ...]) -> tuple[str, ...] | None:
        upper, length = self.upper, len(words)
        for i in range(len(upper) - length + 1):
            if upper[i : i + length] == words:
                return self.tokens[i + length :]
        return None

    def clause(self, word: str, ends: frozenset[str]) -> tuple[str, ...]:
        """Return what stands between a word and the first of others; () for none.

        What is in parentheses is passed over.
        """
        found: list[str] | None = None
        for token, depth in _depths(self.tokens):
            upper = token.upper()
            if depth == 0 and found is not None and upper in ends:
                break
            if found is not None:
                found.append(token)
            elif depth == 0 and upper == word:
                found = []
        return tuple(found or ())

    def parts(self, *verbs: str) -> Iterator[Statement]:
        """Yield the statements in it that start with a verb, those of WITH, too."""
        upper = self.upper
        for i, word in enumerate(upper):
            if word not in verbs or (i and upper[i - 1] not in {"(", ")"}):
                continue
            inside: list[str] = []
            for token, depth in _depths(self.tokens[i:]):
                if depth < 0:
                    break
                inside.append(token)
            yield Statement(tuple(inside))

    @property
    def actions(self) -> tuple[Statement, ...]:
        """What an ALTER TABLE does, one by one."""
        name, start = self.table, 0
        for i, token in enumerate(self.tokens):
            if unquoted(token) == name and self.tokens[i + 1 : i + 2] != (".",):
                start = i + 1
                break
        parts = _at_commas(self.tokens[start:])
        return tuple(Statement(part) for part in parts if part)

    @property
    def assigned(self) -> tuple[str, ...]:
        """The columns of what follows SET; none where they cannot be told."""
        found = []
        for part in _at_commas(self.tokens):
            if "=" not in part or part[0] == "(":
                return ()
            found.append(unquoted(part[part.index("=") - 1]))
        return tuple(found)

    def tests_null(self, column: str) -> bool:
        """Return whether a condition wants a column to be NULL."""
        names = tuple(map(unquoted, self.tokens))
        wanted = (column, "is", "null")
        return any(names[i : i + 3] == wanted for i in range(len(names) - 2))

    @property
    def table(self) -> str | None:
        """The table that it is about, as far as its words tell."""
        for words in _ABOUT_TABLE:
            if self.starts(*words):
                return self.name_after(*words)
        if self.starts("CREATE") and self.has("INDEX"):
            return self.name_after("ON")
        return None

    @property
    def path(self) -> tuple[str, ...]:
        """The name that it starts with, unquoted, after its namespaces."""
        tokens = self.tokens
        place = 0
        while place < len(tokens) and tokens[place].upper() in _IGNORED:
            place += 1
        found: list[str] = []
        while place < len(tokens) and re.match(r'[\w"`]', tokens[place]):
            found.append(unquoted(tokens[place]))
            if tokens[place + 1 : place + 2] != (".",):
                break
            place += 2
        return tuple(found)


def unquoted(token: str) -> str:
    """Return a name as the server takes it."""
    if token[:1] in {'"', "`"}:
        return token[1:-1].replace(token[0] * 2, token[0])
    return token.lower()


def statements(sql: str) -> tuple[Statement, ...]:
    """Return the statements of a text."""
    return tuple(Statement(tokens) for tokens in _parted(sql) if tokens)


def _depths(tokens: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Yield each token and in how many parentheses it stands, its own among them."""
    depth = 0
    for each in tokens:
        depth += {"(": 1, ")": -1}.get(each, 0)
        yield each, depth


def _at_commas(tokens: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Part tokens at the commas that stand in no parentheses."""
    parts: list[list[str]] = [[]]
    for each, depth in _depths(tokens):
        if each == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(each)
    return [tuple(part) for part in parts]


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
    if words[:1] != ["CREATE"] or not _ROUTINES & set(words[:_BEFORE_ROUTINE]):
        return False
    if {"TABLE", "INDEX", "VIEW"} & set(words[:4]):
        return False
    depth = 0
    for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
        depth += word in {"BEGIN", "CASE"} and before != "END"
        depth -= word == "END" and after not in _NO_BLOCK
    return depth > 0
