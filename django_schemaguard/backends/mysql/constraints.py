"""Keys, constraints and indexes from the rows of the catalog."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from django_schemaguard.core.schema import (
    Check,
    Expression,
    ForeignKey,
    Index,
    Key,
    PrimaryKey,
    TableRef,
    Unique,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django_schemaguard.backends.mysql.catalog import Row

PRIMARY = "PRIMARY"
# To the server both are one, and its catalog prints either name for it.
_ACTIONS = {"RESTRICT": "NO ACTION"}
_WITHOUT_LENGTH = frozenset({"spatial", "fulltext"})


@dataclass(frozen=True, slots=True)
class Keys:
    """What the indexes of one table stand for."""

    primary_key: PrimaryKey | None
    uniques: tuple[Unique, ...]
    indexes: tuple[Index, ...]


def keys_from(
    rows: Sequence[Row], engine: str | None, foreign_keys: Iterable[ForeignKey]
) -> Keys:
    """Return the keys that a table's rows of `statistics` describe."""
    primary_key: PrimaryKey | None = None
    uniques: list[Unique] = []
    indexes: list[Index] = []
    for name, group in groupby(rows, key=itemgetter(0)):
        parts = list(group)
        method = _method(parts[0][2], engine, unique=not parts[0][1])
        keys = tuple(_key(part, method) for part in parts)
        ignored = parts[0][7] == "YES"
        if name == PRIMARY:
            columns = tuple(key.column for key in keys if key.column)
            primary_key = PrimaryKey(name, columns)
        elif not parts[0][1]:
            uniques.append(Unique(name, keys, method=method, ignored=ignored))
        else:
            indexes.append(Index(name, keys, method=method, ignored=ignored))
    return Keys(
        primary_key,
        tuple(sorted(uniques, key=lambda unique: unique.name)),
        tuple(sorted(_marked(indexes, foreign_keys), key=lambda index: index.name)),
    )


def _method(kind: str, engine: str | None, *, unique: bool) -> str:
    method = kind.lower()
    # What MariaDB makes of any unique key that is too long for a B-tree.
    if method == "hash" and unique and engine != "MEMORY":
        return "btree"
    return method


def _key(part: Row, method: str) -> Key:
    _, _, _, column, order, length, expression, _ = part
    if expression is not None:
        text = str(expression).replace("\\'", "'")
        return Key(expression=Expression(text), descending=order == "D")
    return Key(
        column=column,
        descending=order == "D",
        length=None if length is None or method in _WITHOUT_LENGTH else int(length),
    )


def _marked(
    indexes: Sequence[Index], foreign_keys: Iterable[ForeignKey]
) -> Iterator[Index]:
    """Yield the indexes, those that InnoDB made for a foreign key marked so.

    Such an index bears the constraint's name. After Django has renamed a column or
    a table, the constraint is a new one and the index that serves it keeps the old
    name; so without a namesake the first index on the same columns is taken.
    """
    implied: set[str] = set()
    for foreign_key in foreign_keys:
        keys = tuple(Key(column=column) for column in foreign_key.columns)
        names = sorted(
            index.name
            for index in indexes
            if index.keys == keys and index.method == "btree"
        )
        if names:
            namesake = foreign_key.name in names
            implied.add(foreign_key.name if namesake else names[0])
    for index in indexes:
        yield replace(index, implied=True) if index.name in implied else index


def foreign_keys_from(
    rows: Sequence[Row], actions: Iterable[Row]
) -> tuple[ForeignKey, ...]:
    """Return a table's foreign keys, by name.

    Args:
        rows: Of `key_column_usage`, by constraint.
        actions: Of `referential_constraints`; lacking ones read as NO ACTION.
    """
    rules: dict[str, tuple[str, str]] = {
        name: (on_delete, on_update) for name, on_delete, on_update in actions
    }
    found = []
    for name, group in groupby(rows, key=itemgetter(0)):
        parts = list(group)
        on_delete, on_update = rules.get(name, ("NO ACTION", "NO ACTION"))
        found.append(
            ForeignKey(
                name=name,
                columns=tuple(part[1] for part in parts),
                target=TableRef(parts[0][2], parts[0][3]),
                target_columns=tuple(part[4] for part in parts),
                on_delete=_ACTIONS.get(on_delete, on_delete),
                on_update=_ACTIONS.get(on_update, on_update),
            )
        )
    return tuple(sorted(found, key=lambda foreign_key: foreign_key.name))


def checks_from(rows: Iterable[Row], *, mariadb: bool) -> tuple[Check, ...]:
    """Return a table's checks, by name."""
    found = []
    for name, clause, level, enforced in rows:
        text = clause if mariadb else str(clause).replace("\\'", "'")
        column = str(name).replace("`", "``")
        found.append(
            Check(
                name=name,
                expression=Expression(text),
                enforced=enforced == "YES",
                implied=level == "Column" and text == f"json_valid(`{column}`)",
            )
        )
    return tuple(sorted(found, key=lambda check: (check.name, check.expression.sql)))
