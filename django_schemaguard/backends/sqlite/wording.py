"""One wording for texts that Django itself writes in several.

Its versions differ, and so do two processes that hash a set in another order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django_schemaguard.backends.sqlite.tokens import (
    Kind,
    Token,
    closing,
    split,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection

_BEFORE: Final = ("(", ",", "AND", "OR", "NOT", "CASE", "WHEN", "THEN", "ELSE")
_AFTER: Final = (")", ",", "AND", "OR", "WHEN", "THEN", "ELSE", "END")
_LITERALS: Final = frozenset({Kind.STRING, Kind.NUMBER, Kind.BLOB})
_NOT: Final = (Token(Kind.SIGN, "(", 0, "("), Token(Kind.WORD, "NOT", 0, "NOT"))
_CLOSE: Final = Token(Kind.SIGN, ")", 0, ")")
_COMMA: Final = Token(Kind.SIGN, ",", 0, ",")
_REAL: Final = Token(Kind.WORD, "REAL", 0, "REAL")


def one_wording(
    tokens: tuple[Token, ...], booleans: Collection[str]
) -> tuple[Token, ...]:
    """Return the tokens of the wording that stands for this one.

    Args:
        tokens: Of a condition, a key or a value.
        booleans: Folded names of the boolean columns, which hold 0, 1 or NULL.
    """
    return _bare_booleans(_real_casts(_sorted_lists(tokens)), booleans)


def _sorted_lists(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Sort lists of literals behind IN: Q(x__in={…}) has a set's order."""
    done: list[Token] = []
    position = 0
    while position < len(tokens):
        done.append(tokens[position])
        position += 1
        if not (done[-1].says("IN") and tokens[position : position + 1]):
            continue
        end = closing(tokens, position) if tokens[position].says("(") else position
        parts = split(tokens[position + 1 : end])
        if all(_is_literal(part) for part in parts):
            done.append(tokens[position])
            for part in sorted(parts, key=text_of):
                done += (*part, _COMMA)
            done[-1] = tokens[end]
            position = end + 1
    return tuple(done)


def _is_literal(part: tuple[Token, ...]) -> bool:
    signed = len(part) == 2 and part[0].says("-", "+")
    return (signed or len(part) == 1) and part[-1].kind in _LITERALS


def _real_casts(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Turn CAST('1.5' AS NUMERIC), which Django wrote until 6.0, into AS REAL."""
    done = list(tokens)
    for position in range(len(tokens) - 5):
        cast, opening, literal, word, target, end = tokens[position : position + 6]
        if (
            cast.says("CAST")
            and opening.says("(")
            and literal.kind is Kind.STRING
            and word.says("AS")
            and target.says("NUMERIC")
            and end.says(")")
            and _is_number(literal)
        ):
            done[position + 4] = _REAL
    return tuple(done)


def _is_number(literal: Token) -> bool:
    try:
        float(str(literal.name))
    except ValueError:
        return False
    return True


def _bare_booleans(
    tokens: tuple[Token, ...], booleans: Collection[str]
) -> tuple[Token, ...]:
    """Turn `flag = 1` into `flag`, and `flag = 0` into `(NOT flag)`."""
    ranges = _ands_of_between(tokens)
    done: list[Token] = []
    position = 0
    while position < len(tokens):
        column = _column_at(tokens, position, booleans)
        behind = position + len(column)
        value = _compared_with(tokens, behind) if column else None
        if value is None or not _stands_alone(tokens, position, behind + 2, ranges):
            done.append(tokens[position])
            position += 1
        else:
            done += column if value else (*_NOT, *column, _CLOSE)
            position = behind + 2
    return tuple(done)


def _column_at(
    tokens: tuple[Token, ...], position: int, booleans: Collection[str]
) -> tuple[Token, ...]:
    """Return the tokens of `flag` or `table.flag`; none where there is no boolean."""
    if position and tokens[position - 1].says("."):
        return ()
    qualified = len(tokens) > position + 2 and tokens[position + 1].says(".")
    last = position + 2 if qualified else position
    token = tokens[last]
    if token.kind is Kind.STRING or token.name is None:
        return ()
    if token.name.lower() not in booleans:
        return ()
    return tokens[position : last + 1]


def _compared_with(tokens: tuple[Token, ...], position: int) -> bool | None:
    if len(tokens) < position + 2 or not tokens[position].says("=", "=="):
        return None
    value = tokens[position + 1]
    if value.says("TRUE") or value.text == "1":
        return True
    return False if value.says("FALSE") or value.text == "0" else None


def _stands_alone(
    tokens: tuple[Token, ...], start: int, end: int, ranges: frozenset[int]
) -> bool:
    """Return whether no operator that binds as tight as `=` touches it."""
    before = start == 0 or (
        tokens[start - 1].says(*_BEFORE) and start - 1 not in ranges
    )
    return before and (end == len(tokens) or tokens[end].says(*_AFTER))


def _ands_of_between(tokens: tuple[Token, ...]) -> frozenset[int]:
    """Return the positions of each AND that belongs to a BETWEEN."""
    found = []
    waiting = [0]
    for position, token in enumerate(tokens):
        if token.says("("):
            waiting.append(0)
        elif token.says(")"):
            waiting.pop()
            waiting = waiting or [0]
        elif token.says("BETWEEN"):
            waiting[-1] += 1
        elif token.says("AND") and waiting[-1]:
            waiting[-1] -= 1
            found.append(position)
    return frozenset(found)
