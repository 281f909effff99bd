"""Pieces of SQL text, as far as the comparison of expressions needs them."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# A string (E'' knows backslashes), a name, a comment, a word, or one sign.
_TOKEN = re.compile(
    r"""
    (?P<string> [eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' )
    | (?P<dollar> (?P<tag>\$\w*\$).*?(?P=tag) )
    | (?P<name> "(?:[^"]|"")*" )
    | (?P<comment> --[^\n]* | /\*.*?\*/ )
    | (?P<word> (?![eE]')[^\W\d][\w$]* )
    | (?P<space> \s+ )
    | (?P<sign> . )
    """,
    re.VERBOSE | re.DOTALL,
)
# Strings and names without an escape, and what is left over of any other.
_QUOTED = re.compile(r"""'[^'\\]*'|"[^"]*(?:")""")
_UNUSUAL = re.compile(r"""['"$;\\]|--|/\*""")
_BRACKET = re.compile(r"[()\[\]]")
# What matters where a deparsed row is split; the server prints no comment in it.
_JOINT = re.compile(
    r"""(?<![\w$])[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|[()\[\],]""",
    re.DOTALL,
)
_OPENING = {"(": ")", "[": "]"}
# What the tokens above leave over of an open string, name or dollar quote.
_UNSOUND = {"'", '"', "$", "e", "E", ";"}
_LIST = re.compile(r"(= ANY|<> ALL) \(([eE]?)'((?:[^']|'')*)'")
_ARRAY = re.compile(r"(= ANY|<> ALL) \(ARRAY\[")


def quoted(name: str) -> str:
    """Return the name as an identifier.

    Unlike Django's `quote_name`, which takes a name in quotes for quoted already.
    """
    return '"' + name.replace('"', '""') + '"'


def quoted_path(name: str) -> str:
    """Return the name of a collation, perhaps with its schema, as identifiers."""
    return ".".join(quoted(part) for part in name.split("."))


def is_one_expression(sql: str) -> bool:
    """Whether the text stays inside the parentheses it will be put in."""
    return _is_plainly_one(sql) or _is_one(sql)


def _is_plainly_one(sql: str) -> bool:
    """Answer for what is easily seen; False says nothing."""
    bare = _QUOTED.sub(" ", sql)
    if bare.isspace() or not bare or _UNUSUAL.search(bare):
        return False
    brackets = "".join(_BRACKET.findall(bare))
    while "()" in brackets or "[]" in brackets:
        brackets = brackets.replace("()", "").replace("[]", "")
    return not brackets


def _is_one(sql: str) -> bool:
    closing: list[str] = []
    tokens = [match for match in _TOKEN.finditer(sql) if not match["space"]]
    for match in tokens:
        sign = match["sign"]
        if sign in _OPENING:
            closing.append(_OPENING[sign])
        elif sign in {")", "]"}:
            if not closing or closing.pop() != sign:
                return False
        elif sign in _UNSOUND or _opens_comment(match):
            return False
    return not closing and not all(match["comment"] for match in tokens)


def _opens_comment(match: re.Match[str]) -> bool:
    """Whether a comment is open or nested, which the tokens do not follow."""
    if match["sign"]:
        return match.string.startswith("/*", match.start())
    return "/*" in (match["comment"] or "")[2:] and match["comment"].startswith("/*")


def row_items(output: str) -> list[str]:
    """Return the items of "ROW(a, b, …)"."""
    return split(output.removeprefix("ROW(").removesuffix(")"))


def split(text: str) -> list[str]:
    """Split at the commas outside strings, names, parentheses and brackets."""
    items, start, depth = [], 0, 0
    for match in _JOINT.finditer(text):
        sign = match.group()
        if sign == ",":
            if depth == 0:
                items.append(text[start : match.start()].strip())
                start = match.end()
        elif sign in {"(", "["}:
            depth += 1
        elif sign in {")", "]"}:
            depth -= 1
    return [*items, text[start:].strip()]


def canonical(output: str, sql: str) -> str:
    """Return the server's words plus what EXPLAIN leaves out of them."""
    text = output
    if "ANY (" in text or "ALL (" in text:
        text = _sorted_arrays(_sorted_lists(text))
    if "collate" not in sql.lower():
        return text
    # A BETWEEN written out names the collation of its operand twice.
    collations = [name for name, _ in groupby(_collations(sql))]
    return f"{text} COLLATE {', '.join(collations)}" if collations else text


def _collations(sql: str) -> Iterator[str]:
    tokens = [
        match.group()
        for match in _TOKEN.finditer(sql)
        if not match["space"] and not match["comment"]
    ]
    for position, token in enumerate(tokens):
        if token.lower() == "collate":
            yield _name(tokens[position + 1 :])


def _name(tokens: list[str]) -> str:
    parts: list[str] = []
    for position in range(0, len(tokens), 2):
        parts.append(_unquoted(tokens[position]))
        if tokens[position + 1 : position + 2] != ["."]:
            break
    return ".".join(parts).removeprefix("pg_catalog.")


def _unquoted(token: str) -> str:
    if token.startswith('"'):
        return token[1:-1].replace('""', '"')
    return token.lower()


def _sorted_lists(text: str) -> str:
    """Sort the array literals that = ANY and <> ALL compare with.

    A set in a query compiles in another order in each process.
    """
    return _LIST.sub(
        lambda match: f"{match[1]} ({match[2]}'{{{_sorted_elements(match[3])}}}'", text
    )


def _sorted_elements(literal: str) -> str:
    return ",".join(sorted(_elements(literal[1:-1])))


def _elements(text: str) -> Iterator[str]:
    """Split the inside of an array literal at its outer commas."""
    start, depth, inside, escaped = 0, 0, False, False
    for position, sign in enumerate(text):
        if escaped:
            escaped = False
        elif sign == "\\":
            escaped = True
        elif sign == '"':
            inside = not inside
        elif not inside:
            depth += (sign == "{") - (sign == "}")
            if sign == "," and depth == 0:
                yield text[start:position]
                start = position + 1
    yield text[start:]


def _sorted_arrays(text: str) -> str:
    """Sort ARRAY[…] after = ANY and <> ALL, where it is not a constant."""
    position = 0
    while match := _ARRAY.search(text, position):
        end = _closing(text, match.end())
        items = ", ".join(sorted(split(text[match.end() : end])))
        text = text[: match.end()] + items + text[end:]
        position = match.end()
    return text


def _closing(text: str, start: int) -> int:
    depth = 1
    for match in _TOKEN.finditer(text, start):
        sign = match["sign"]
        depth += (sign in {"(", "["}) - (sign in {")", "]"})
        if depth == 0:
            return match.start()
    return len(text)
