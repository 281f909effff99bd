"""What is expected of the kitchen models is what migrating them made.

Each table is compared by structure alone, in a way of its own: the expected one with
what the backend reads from a migrated database. What Django's migrations leave
behind is listed, word for word.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.migrations.loader import MigrationLoader

from django_schemaguard.backends import backend_for
from django_schemaguard.backends.base import Limits, Scope
from django_schemaguard.backends.settle import settle
from django_schemaguard.core.expression import normal_text
from django_schemaguard.core.schema import Identity
from django_schemaguard.expected import applied_state, from_apps, from_state

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.schema import Column, Expression, Key, Schema, Table

# An operator class that is named though it is the default one.
DEFAULT_OPCLASSES = {"inet_ops", "jsonb_ops", "range_ops", "text_ops"}

LEFT_BEHIND = {
    "sqlite": set(),
    "postgresql": {
        "kitchen_receipt: index btree (code varchar_pattern_ops) is missing",
        "pgkitchen_booking: index btree (room text_pattern_ops) is missing",
    },
    "mysql": {
        "kitchen_altered: check `kitchen_altered`.`counted` >= 0 is missing",
        "kitchen_altered: column required has another comment",
        "kitchen_dish: check `kitchen_dish`.`price` >= 0 is missing",
    },
}


def test_migrated_tables_are_as_expected(connection: BaseDatabaseWrapper) -> None:
    expected, actual = _both_sides(connection)

    assert set(_differences(expected, actual)) == LEFT_BEHIND[connection.vendor]


def test_live_models_expect_what_the_applied_state_expects(
    connection: BaseDatabaseWrapper,
) -> None:
    traits = backend_for(connection).traits(connection)
    loader = MigrationLoader(connection)
    state = applied_state(loader, loader.applied_migrations)

    by_state = from_state(state, connection, traits)
    by_models = from_apps(apps, connection, traits)

    assert [table.name for table in by_state] == [table.name for table in by_models]
    for ours, theirs in zip(by_state, by_models, strict=True):
        assert _signature(ours) == _signature(theirs), ours.name


def test_a_difference_is_found(connection: BaseDatabaseWrapper) -> None:
    """The comparison here is able to fail."""
    expected, actual = _both_sides(connection)
    tables = [
        replace(table, columns=table.columns[1:], uniques=())
        if table.name == "kitchen_dish"
        else table
        for table in actual
    ]

    found = set(_differences(expected, replace(actual, tables=tuple(tables))))

    assert found - LEFT_BEHIND[connection.vendor] == {
        "kitchen_dish: column id is missing",
        "kitchen_dish: unique btree (title, guest_id) () () None not deferrable True"
        " is missing",
    }


def _both_sides(connection: BaseDatabaseWrapper) -> tuple[Schema, Schema]:
    backend = backend_for(connection)
    loader = MigrationLoader(connection)
    state = applied_state(loader, loader.applied_migrations)
    expected = from_state(state, connection, backend.traits(connection))
    scope = Scope(
        frozenset(table.namespace for table in expected if table.namespace),
        frozenset(table.name for table in expected),
    )
    with backend.bounded(connection, Limits()):
        actual = backend.read(connection, scope)
        return settle(backend, connection, expected, actual)


def _differences(expected: Schema, actual: Schema) -> list[str]:
    found: list[str] = []
    for ours in expected:
        theirs = actual.table(ours.name, ours.namespace)
        if theirs is None:
            found.append(f"{ours.name}: is missing")
            continue
        found += [f"{ours.name}: {text}" for text in _table_differences(ours, theirs)]
    return found


def _table_differences(ours: Table, theirs: Table) -> list[str]:
    return [
        *_column_differences(ours, theirs),
        *_object_differences(ours, theirs),
        *([] if ours.comment == theirs.comment else ["has another comment"]),
        *([] if _primary_key(ours) == _primary_key(theirs) else ["has another key"]),
    ]


def _primary_key(table: Table) -> tuple[str, ...] | None:
    return table.primary_key and table.primary_key.columns


def _column_differences(ours: Table, theirs: Table) -> list[str]:
    found = []
    for column in ours.columns:
        other = theirs.column(column.name)
        if other is None:
            found.append(f"column {column.name} is missing")
            continue
        wanted, there = _column(column), _column(other)
        if column.any_integer:
            wanted["type"] = there["type"]
            assert there["type"] in {"integer", "bigint", "smallint", "int"}
        found += [
            f"column {column.name} has another {aspect}"
            for aspect in wanted
            if wanted[aspect] != there[aspect]
        ]
    names = {column.name for column in ours.columns}
    extra = [column.name for column in theirs.columns if column.name not in names]
    return found + [f"column {name} is extra" for name in extra]


def _column(column: Column) -> dict[str, Any]:
    implied = column.identity is Identity.ROWID
    return {
        "type": column.type,
        "nullability": column.nullable,
        "default": _text(column.default),
        "generated": (_text(column.generated), column.stored),
        "collation": column.collation,
        "comment": column.comment,
        "identity": None if implied else column.identity,
    }


def _object_differences(ours: Table, theirs: Table) -> list[str]:
    wanted, there = _signature(ours), _signature(theirs)
    implied = {_index(index) for index in theirs.indexes if index.implied}
    return [f"{text} is missing" for text in sorted(wanted - there - implied)] + [
        f"{text} is extra" for text in sorted(there - wanted - implied)
    ]


def _signature(table: Table) -> set[str]:
    return {
        *(
            f"foreign key {it.columns} {it.target} {it.target_columns} "
            f"{it.on_delete} {it.deferral} {it.validated} {it.enforced}"
            for it in table.foreign_keys
        ),
        *(
            f"unique {it.method} {_keys(it.keys)} {it.include} {it.options} "
            f"{_text(it.condition)} {it.deferral} {it.nulls_distinct}"
            for it in table.uniques
        ),
        *(f"check {_text(it.expression)}" for it in table.checks if not it.opaque),
        *(
            f"exclusion {it.method} {_keys(it.keys)} {it.include} "
            f"{_text(it.condition)} {it.deferral}"
            for it in table.exclusions
        ),
        *(_index(it) for it in table.indexes if it.name != "indexes_own"),
    }


def _index(index: Any) -> str:
    rest = [*index.include, *index.options, _text(index.condition)]
    parts = ["index", index.method, _keys(index.keys), *filter(None, rest)]
    return " ".join(parts)


def _keys(keys: tuple[Key, ...]) -> str:
    return f"({', '.join(map(_key, keys))})"


def _key(key: Key) -> str:
    opclass = None if key.opclass in DEFAULT_OPCLASSES else key.opclass
    nulls = None if key.nulls_first is None else f"nulls first {key.nulls_first}"
    parts = [
        key.column or _text(key.expression),
        key.collation,
        opclass,
        "desc" if key.descending else None,
        nulls,
        key.operator,
        str(key.length) if key.length else None,
    ]
    return " ".join(filter(None, parts))


def _text(expression: Expression | None) -> str | None:
    if expression is None:
        return None
    assert expression.problem is None, expression
    return expression.canonical or normal_text(expression.sql)
