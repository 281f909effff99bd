"""Indexes, unique ones among them, and their keys."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from ...core.schema import Expression, Index, Key, Skip, Unique
from .ddl import IndexText, parse_index
from .tokens import NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .catalog import KeyRow, Relation
    from .ddl import KeyText, TableText

_NO_TEXT: Final = Expression(
    "?", problem="its CREATE INDEX statement was not understood"
)


def keys_by_index(relation: Relation) -> dict[str, list[KeyRow]]:
    """Return the keys of each index in key order."""
    keys: dict[str, list[KeyRow]] = defaultdict(list)
    for row in sorted(relation.keys, key=lambda row: row.seqno):
        keys[row.index].append(row)
    return keys


def parse_indexes(relation: Relation) -> tuple[dict[str, IndexText], list[Skip]]:
    """Return the statements read, by index, and a Skip for each other one."""
    texts: dict[str, IndexText] = {}
    skips = []
    rows = keys_by_index(relation)
    for name, sql in sorted(relation.index_sql.items()):
        try:
            texts[name] = _parse(sql, len(rows[name]))
        except NotUnderstood as error:
            reason = f"its CREATE INDEX statement was not understood: {error}"
            skips.append(Skip(relation.name, name, reason))
    return texts, skips


def _parse(sql: str, keys: int) -> IndexText:
    text = parse_index(sql)
    if len(text.keys) != keys:
        raise NotUnderstood("it does not agree with SQLite's own reading")
    return text


def column_collations(text: TableText | None) -> dict[str, str]:
    """Return the collation of each column that has one of its own, all folded."""
    return {
        column.name.lower(): column.collation.lower()
        for column in (text.columns if text else ())
        if column.collation is not None
    }


def own_collation(
    column: str, collation: str | None, collations: Mapping[str, str]
) -> str | None:
    """Return a key's collation where it is not the one of its column."""
    usual = collations.get(column.lower(), "binary")
    return None if collation is None or collation.lower() == usual else collation


def build_indexes(
    relation: Relation, text: TableText | None, texts: Mapping[str, IndexText]
) -> tuple[Index, ...]:
    """Return the plain indexes, by name."""
    return tuple(
        Index(
            name, _keys(rows, text, texts.get(name)), condition=_condition(name, texts)
        )
        for name, rows in sorted(keys_by_index(relation).items())
        if rows[0].origin == "c" and not rows[0].unique
    )


def unique_indexes(
    relation: Relation, text: TableText | None, texts: Mapping[str, IndexText]
) -> list[Unique]:
    """Return the unique indexes that a CREATE INDEX statement made."""
    return [
        Unique(
            name,
            _keys(rows, text, texts.get(name)),
            condition=_condition(name, texts),
            constraint=False,
        )
        for name, rows in keys_by_index(relation).items()
        if rows[0].origin == "c" and rows[0].unique
    ]


def _keys(
    rows: list[KeyRow], text: TableText | None, index: IndexText | None
) -> tuple[Key, ...]:
    collations = column_collations(text)
    keys = index.keys if index else [None] * len(rows)
    return tuple(
        _key(row, key, collations) for row, key in zip(rows, keys, strict=True)
    )


def _key(row: KeyRow, text: KeyText | None, collations: Mapping[str, str]) -> Key:
    descending = bool(row.descending)
    written = text.collation if text else None
    if row.column is not None:
        found = written or row.collation
        collation = own_collation(row.column, found, collations)
        return Key(row.column, descending=descending, collation=collation)
    expression = Expression(text.expression) if text and text.expression else _NO_TEXT
    collation = own_collation("", written, {})
    return Key(None, expression, descending=descending, collation=collation)


def _condition(name: str, texts: Mapping[str, IndexText]) -> Expression | None:
    if name not in texts:
        return _NO_TEXT
    condition = texts[name].condition
    return None if condition is None else Expression(condition)
