"""SQLite's own text, cut into tokens."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Kind(Enum):
    """What a token is."""

    WORD = "word"
    QUOTED = "quoted"
    STRING = "string"
    BLOB = "blob"
    NUMBER = "number"
    SIGN = "sign"


class NotUnderstood(Exception):
    """A text is not the SQL that SQLite would have stored."""


# Unlike Python's classes: white space is five ASCII signs, and every character
# beyond ASCII belongs to a name ("Tokenizing" in SQLite's tokenize.c).
_TOKEN: Final = re.compile(
    r"""
      (?P<space>[ \t\n\f\r]+ | --[^\n]* | /\*.*?(?:\*/|\Z))
    | (?P<blob>[xX]'[0-9a-fA-F]*')
    | (?P<string>'(?:[^']|'')*')
    | (?P<quoted>"(?:[^"]|"")*" | `(?:[^`]|``)*` | \[[^\]]*\])
    | (?P<number>0[xX][0-9a-fA-F]+
        | (?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<word>[A-Za-z_\u0080-\U0010ffff][A-Za-z0-9_$\u0080-\U0010ffff]*)
    | (?P<sign>->>|->|<<|>>|<=|>=|<>|==|!=|\|\||[-+*/%&|~<>=(),.;])
    """,
    re.VERBOSE | re.DOTALL,
)
_KINDS: Final[dict[str | None, Kind]] = {kind.value: kind for kind in Kind}
_CLOSING: Final = {'"': '"', "`": "`", "[": "]", "'": "'"}


class Token(NamedTuple):
    """One token and where it stands in its text.

    Attributes:
        text: As written.
        start: Offset of its first character.
        word: A bare word in capitals, or a sign; "" for everything else.
    """

    kind: Kind
    text: str
    start: int
    word: str

    @property
    def end(self) -> int:
        """The offset behind its last character."""
        return self.start + len(self.text)

    @property
    def name(self) -> str | None:
        """The name it stands for, unquoted; None where it can be no name.

        A string counts, since SQLite takes one where it needs a name.
        """
        if self.kind is Kind.WORD:
            return self.text
        if self.kind is Kind.QUOTED or self.kind is Kind.STRING:
            closing = _CLOSING[self.text[0]]
            inner = self.text[1:-1]
            return inner if closing == "]" else inner.replace(closing * 2, closing)
        return None

    def says(self, *words: str) -> bool:
        """Return whether it is one of these keywords or signs."""
        return self.word in words


def tokenize(sql: str) -> tuple[Token, ...]:
    """Return the tokens of a text, comments and white space left out.

    Raises:
        NotUnderstood: A sign that SQLite has no use for, or an open quote.
    """
    tokens = []
    end = 0
    for match in _TOKEN.finditer(sql):
        start, stop = match.span()
        if start > end:
            break
        end = stop
        group = match.lastgroup
        if group != "space":
            kind = _KINDS[group]
            text = match.group()
            tokens.append(Token(kind, text, start, _word(kind, text)))
    if end < len(sql):
        raise NotUnderstood(f"no token of SQLite's starts at '{sql[end]}'")
    return tuple(tokens)


def _word(kind: Kind, text: str) -> str:
    if kind is Kind.WORD:
        return text.upper()
    return text if kind is Kind.SIGN else ""


def text_of(tokens: Iterable[Token]) -> str:
    """Return tokens as one line, apart where they stood apart."""
    parts: list[str] = []
    end = None
    for token in tokens:
        if end is not None and token.start > end:
            parts.append(" ")
        parts.append(token.text)
        end = token.end
    return "".join(parts)


def without_parentheses(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Return the tokens without the parentheses that enclose them all."""
    while len(tokens) > 2 and tokens[0].says("("):
        if closing(tokens, 0) < len(tokens) - 1:
            break
        tokens = tokens[1:-1]
    return tokens


def closing(tokens: tuple[Token, ...], opening: int) -> int:
    """Return the position of the parenthesis that closes the one at `opening`.

    Raises:
        NotUnderstood: Nothing closes it.
    """
    depth = 0
    for position in range(opening, len(tokens)):
        word = tokens[position].word
        depth += (word == "(") - (word == ")")
        if depth == 0:
            return position
    raise NotUnderstood("a parenthesis is left open")


def split(tokens: tuple[Token, ...]) -> list[tuple[Token, ...]]:
    """Return the parts between the commas that stand outside parentheses."""
    parts: list[tuple[Token, ...]] = []
    depth = first = 0
    for position, token in enumerate(tokens):
        depth += token.says("(") - token.says(")")
        if depth == 0 and token.says(","):
            parts.append(tokens[first:position])
            first = position + 1
    parts.append(tokens[first:])
    return parts


def refuse_stray_parentheses(tokens: tuple[Token, ...]) -> None:
    """Refuse an expression that ends the parentheses it is put into.

    Raises:
        NotUnderstood: A parenthesis is closed or open that should not be.
    """
    depth = 0
    for token in tokens:
        depth += token.says("(") - token.says(")")
        if depth < 0:
            raise NotUnderstood("a parenthesis is closed that was not open")
    if depth:
        raise NotUnderstood("a parenthesis is left open")


def quoted(name: str) -> str:
    """Return the name in quotes; Django's own quoting leaves quotes inside it."""
    return '"' + name.replace('"', '""') + '"'
