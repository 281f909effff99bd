"""Indexes, unique ones among them, and their keys."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from django_schemaguard.backends.sqlite.ddl import IndexText, parse_index
from django_schemaguard.backends.sqlite.tokens import NotUnderstood
from django_schemaguard.core.schema import Expression, Index, Key, Skip, Unique

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_schemaguard.backends.sqlite.catalog import KeyRow, Relation
    from django_schemaguard.backends.sqlite.ddl import KeyText, TableText

_NO_TEXT: Final = Expression(
    "?", problem="its CREATE INDEX statement was not understood"
)


def keys_by_index(relation: Relation) -> dict[str, list[KeyRow]]:
    """Return the keys of each index in key order."""
    keys: dict[str, list[KeyRow]] = defaultdict(list)
    for row in sorted(relation.keys, key=lambda row: row.seqno):
        keys[row.index_name].append(row)
    return keys


def parse_indexes(relation: Relation) -> tuple[dict[str, IndexText], list[Skip]]:
    """Return the statements read, by index, and a Skip for each other one.

    Those of which PRAGMAs tell everything are left alone.
    """
    texts: dict[str, IndexText] = {}
    skips = []
    rows = keys_by_index(relation)
    for name, sql in sorted(relation.index_sql.items()):
        if _is_plain(rows[name]):
            continue
        try:
            texts[name] = _parse(sql, len(rows[name]))
        except NotUnderstood as error:
            reason = f"its CREATE INDEX statement was not understood: {error}"
            skips.append(Skip(relation.name, name, reason))
    return texts, skips


def _is_plain(rows: list[KeyRow]) -> bool:
    return not rows[0].partial and all(row.column is not None for row in rows)


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
            name,
            _keys(rows, text, texts.get(name)),
            condition=_condition(rows, texts.get(name)),
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
            condition=_condition(rows, texts.get(name)),
            constraint=False,
        )
        for name, rows in keys_by_index(relation).items()
        if rows[0].origin == "c" and rows[0].unique
    ]


def _keys(
    rows: list[KeyRow], text: TableText | None, index: IndexText | None
) -> tuple[Key, ...]:
    collations = column_collations(text)
    return tuple(
        _column_key(row, collations, known=text is not None)
        if row.column is not None
        else _expression_key(row, index.keys[row.seqno] if index else None)
        for row in rows
    )


def _column_key(row: KeyRow, collations: Mapping[str, str], *, known: bool) -> Key:
    collation = own_collation(str(row.column), row.collation, collations)
    return Key(
        row.column,
        descending=bool(row.descending),
        collation=collation if known else None,
    )


def _expression_key(row: KeyRow, text: KeyText | None) -> Key:
    """Return the key; PRAGMA gives no collation for what is not a column."""
    expression = Expression(text.expression) if text and text.expression else _NO_TEXT
    collation = own_collation("", text.collation if text else None, {})
    return Key(None, expression, descending=bool(row.descending), collation=collation)


def _condition(rows: list[KeyRow], index: IndexText | None) -> Expression | None:
    if not rows[0].partial:
        return None
    return Expression(index.condition) if index and index.condition else _NO_TEXT
