"""Unique constraints, checks and foreign keys."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django_schemaguard.backends.sqlite.indexes import (
    column_collations,
    keys_by_index,
    own_collation,
)
from django_schemaguard.core.schema import (
    Check,
    Deferral,
    Expression,
    ForeignKey,
    Key,
    TableRef,
    Unique,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_schemaguard.backends.sqlite.catalog import ReferenceRow, Relation
    from django_schemaguard.backends.sqlite.ddl import (
        ForeignKeyText,
        TableText,
        UniqueText,
    )


def build_checks(text: TableText | None) -> tuple[Check, ...]:
    """Return the checks, by name; the nameless ones first, in their order."""
    checks = text.checks if text else ()
    return tuple(
        Check(check.name, Expression(check.condition))
        for check in sorted(checks, key=lambda check: check.name)
    )


def build_uniques(relation: Relation, text: TableText | None) -> list[Unique]:
    """Return the UNIQUE constraints.

    They come from the text, where there is one: SQLite makes one index for two
    constraints on the same columns, and none for one that repeats the key.
    """
    if text is None:
        return [
            Unique(name, tuple(Key(row.column) for row in rows))
            for name, rows in keys_by_index(relation).items()
            if rows[0].origin == "u"
        ]
    names = {
        tuple(str(row.column).lower() for row in rows): name
        for name, rows in keys_by_index(relation).items()
        if rows[0].origin != "c"
    }
    collations = column_collations(text)
    columns = {row.name.lower(): row.name for row in relation.columns}
    return [_unique(unique, names, collations, columns) for unique in text.uniques]


def _unique(
    unique: UniqueText,
    names: Mapping[tuple[str, ...], str],
    collations: Mapping[str, str],
    columns: Mapping[str, str],
) -> Unique:
    folded = tuple(str(key.column).lower() for key in unique.keys)
    keys = tuple(
        Key(
            columns.get(name, name),
            descending=key.descending,
            collation=own_collation(name, key.collation, collations),
        )
        for name, key in zip(folded, unique.keys, strict=True)
    )
    # REPLACE deletes rows and IGNORE drops them: not the constraint that a model means.
    ordinary = unique.conflict in {None, "ABORT"}
    options = () if ordinary else (f"on_conflict={str(unique.conflict).lower()}",)
    return Unique(unique.name or names.get(folded, ""), keys, options=options)


def build_foreign_keys(
    relation: Relation, text: TableText | None, keys: Mapping[str, tuple[str, ...]]
) -> tuple[ForeignKey, ...]:
    """Return the foreign keys, by columns.

    Args:
        relation: The table that refers.
        text: Its statement, where that was understood.
        keys: The primary key of each table, by folded name, for references
            that name no columns.
    """
    rows: dict[int, list[ReferenceRow]] = defaultdict(list)
    for row in sorted(relation.references, key=lambda row: row.seq):
        rows[row.id].append(row)
    # SQLite counts them from the last one written.
    numbers = sorted(rows, reverse=True)
    texts = text.foreign_keys if text else (None,) * len(numbers)
    return tuple(
        sorted(
            (
                _foreign_key(rows[number], own, keys)
                for number, own in zip(numbers, texts, strict=True)
            ),
            key=lambda foreign_key: (foreign_key.columns, foreign_key.target.name),
        )
    )


def _foreign_key(
    rows: list[ReferenceRow],
    text: ForeignKeyText | None,
    keys: Mapping[str, tuple[str, ...]],
) -> ForeignKey:
    first = rows[0]
    named = tuple(row.target_column for row in rows if row.target_column is not None)
    return ForeignKey(
        name=text.name if text else "",
        columns=tuple(row.column for row in rows),
        target=TableRef(None, first.table),
        target_columns=named or keys.get(first.table.lower(), ()),
        on_delete=first.on_delete,
        on_update=first.on_update,
        deferral=text.deferral if text else Deferral.NOT_DEFERRABLE,
    )
