"""What a CREATE statement says beyond what PRAGMAs tell.

Source: the syntax diagrams of "CREATE TABLE" and "CREATE INDEX" in SQLite's
manual, and its parse.y where the manual is stricter than the parser.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django_schemaguard.backends.sqlite.tokens import (
    NotUnderstood,
    Token,
    closing,
    split,
    text_of,
    tokenize,
    without_parentheses,
)

if TYPE_CHECKING:
    from django_schemaguard.core.schema import Deferral


@dataclass(frozen=True, slots=True)
class KeyText:
    """One key of an index or constraint.

    Attributes:
        column: Its name, where it is a bare column.
        expression: Its text, where it is not.
        collation: Only where written.
    """

    column: str | None
    expression: str | None
    collation: str | None = None
    descending: bool = False


@dataclass(frozen=True, slots=True)
class CheckText:
    """A check; its name is "" where it has none."""

    name: str
    condition: str


@dataclass(frozen=True, slots=True)
class UniqueText:
    """A UNIQUE constraint; `conflict` is the word of its ON CONFLICT clause."""

    name: str
    keys: tuple[KeyText, ...]
    conflict: str | None = None


@dataclass(frozen=True, slots=True)
class ForeignKeyText:
    """A foreign key; `target_columns` is empty where it means the target's key."""

    name: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    deferral: Deferral


@dataclass(slots=True)
class ColumnText:
    """A column; `default` is None for DEFAULT NULL, too."""

    name: str
    type: str
    default: str | None = None
    collation: str | None = None
    generated: str | None = None


@dataclass(slots=True)
class TableText:
    """A CREATE TABLE statement; columns and constraints in the order written.

    Attributes:
        primary_key: The name of its constraint, "" where it has none.
        rowid_alias: Whether a key of one INTEGER column is the row's own number.
    """

    columns: list[ColumnText] = field(default_factory=list)
    checks: list[CheckText] = field(default_factory=list)
    uniques: list[UniqueText] = field(default_factory=list)
    foreign_keys: list[ForeignKeyText] = field(default_factory=list)
    primary_key: str = ""
    autoincrement: bool = False
    rowid_alias: bool = True


@dataclass(frozen=True, slots=True)
class IndexText:
    """A CREATE INDEX statement."""

    keys: tuple[KeyText, ...]
    condition: str | None = None


def parse_key(tokens: tuple[Token, ...]) -> KeyText:
    """Return an index key without its wrappers: order, collation, parentheses."""
    descending, collation = False, None
    while True:
        if len(tokens) > 1 and tokens[-1].says("ASC", "DESC"):
            descending = tokens[-1].says("DESC")
            tokens = tokens[:-1]
        elif len(tokens) > 2 and tokens[-2].says("COLLATE"):
            # The outermost COLLATE is the one that counts.
            collation = collation or tokens[-1].name
            tokens = tokens[:-2]
        elif len(bare := without_parentheses(tokens)) < len(tokens):
            tokens = bare
        else:
            break
    if not tokens:
        raise NotUnderstood("an index key is empty")
    if len(tokens) == 1 and (name := tokens[0].name) is not None:
        return KeyText(name, None, collation, descending)
    return KeyText(None, text_of(tokens), collation, descending)


def parse_index(sql: str) -> IndexText:
    """Return what a CREATE INDEX statement says.

    Raises:
        NotUnderstood: It is not one, as far as this parser knows.
    """
    tokens = tokenize(sql)
    # The first parenthesis opens the keys: names are quoted where they hold one.
    opening = next((i for i, token in enumerate(tokens) if token.says("(")), None)
    if opening is None or not any(token.says("INDEX") for token in tokens[:3]):
        raise NotUnderstood("it is no CREATE INDEX statement")
    end = closing(tokens, opening)
    keys = tuple(parse_key(part) for part in split(tokens[opening + 1 : end]))
    rest = tokens[end + 1 :]
    if not rest:
        return IndexText(keys)
    if not rest[0].says("WHERE") or len(rest) < 2:
        raise NotUnderstood(f"'{rest[0].text}' after the keys of an index")
    return IndexText(keys, text_of(without_parentheses(rest[1:])))
