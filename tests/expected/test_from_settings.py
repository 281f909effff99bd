from __future__ import annotations

import pytest

from django_schemaguard.core.rules import DeclaredColumn, DeclaredTable
from django_schemaguard.core.schema import (
    Column,
    Expression,
    Facet,
    Schema,
    Table,
    Traits,
)
from django_schemaguard.expected import cache_tables, declared_table, with_declared

POSTGRESQL = Traits("postgresql")
SQLITE = Traits("sqlite", folds_tables=True, folds_columns=True)


@pytest.mark.parametrize(
    ("declared", "column"),
    [
        pytest.param(
            DeclaredColumn("id"), Column("id", "", stated=frozenset()), id="name-only"
        ),
        pytest.param(
            DeclaredColumn("id", type="bigint"),
            Column("id", "bigint", stated=frozenset({Facet.TYPES})),
            id="type",
        ),
        pytest.param(
            DeclaredColumn("id", nullable=False),
            Column("id", "", nullable=False, stated=frozenset({Facet.NULLS})),
            id="not-null",
        ),
        pytest.param(
            DeclaredColumn("id", nullable=True, has_default=False),
            Column("id", "", stated=frozenset({Facet.NULLS, Facet.DEFAULTS})),
            id="no-default",
        ),
        pytest.param(
            DeclaredColumn("id", has_default=True),
            Column(
                "id",
                "",
                default=Expression(""),
                stated=frozenset({Facet.DEFAULTS}),
            ),
            id="some-default",
        ),
    ],
)
def test_only_given_facts_are_stated(declared: DeclaredColumn, column: Column) -> None:
    table = declared_table(DeclaredTable("limits", columns=(declared,)), POSTGRESQL)

    assert table == Table("limits", (column,), required=True, partial=True)


def test_column_of_a_model_states_everything() -> None:
    assert all(Column("id", "bigint").states(facet) for facet in Facet)


@pytest.mark.parametrize(
    ("traits", "table"),
    [
        pytest.param(
            POSTGRESQL,
            Table("limits", namespace="audit", required=False, partial=True),
            id="namespace-on-postgresql",
        ),
        pytest.param(
            SQLITE,
            Table("audit.limits", required=False, partial=True),
            id="plain-dot-elsewhere",
        ),
    ],
)
def test_dot_in_a_name(traits: Traits, table: Table) -> None:
    assert (
        declared_table(DeclaredTable("audit.limits", required=False), traits) == table
    )


def test_declared_tables_stand_among_the_models_in_order() -> None:
    schema = Schema(POSTGRESQL, (Table("b", model="shop.B"),))

    found = with_declared(schema, [DeclaredTable("c"), DeclaredTable("a")])

    assert [table.name for table in found] == ["a", "b", "c"]


def test_models_table_keeps_its_columns_and_takes_required() -> None:
    made = Table("Shop_Order", (Column("id", "integer"),), model="shop.Order")
    declared = DeclaredTable(
        "shop_order", required=False, columns=(DeclaredColumn("note"),)
    )

    assert with_declared(Schema(SQLITE, (made,)), [declared]).tables == (
        Table(
            "Shop_Order", (Column("id", "integer"),), model="shop.Order", required=False
        ),
    )


def test_cache_tables_are_those_of_database_caches() -> None:
    caches = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
        "slow": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "my_cache",
        },
    }

    assert cache_tables(caches) == {"my_cache"}
