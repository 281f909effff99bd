from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from django_schemaguard.backends.base import Scope
from django_schemaguard.core.schema import RelationKind, Schema, TableRef
from tests.backends.postgresql.asking import fetch, read, read_table, run

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

pytestmark = pytest.mark.vendors("postgresql")


def places(schema: Schema) -> list[tuple[str | None, str, bool]]:
    """The tables of this test, as (namespace, name, visible)."""
    return [
        (table.namespace, table.name, table.visible)
        for table in schema
        if table.namespace != "public"
    ]


@pytest.mark.parametrize(
    ("definition", "kind"),
    [
        pytest.param("TABLE t (a int)", RelationKind.TABLE, id="table"),
        pytest.param("UNLOGGED TABLE t (a int)", RelationKind.UNLOGGED, id="unlogged"),
        pytest.param(
            "TABLE t (a int) PARTITION BY HASH (a)",
            RelationKind.PARTITIONED,
            id="partitioned",
        ),
        pytest.param("VIEW t AS SELECT 1 AS a", RelationKind.VIEW, id="view"),
        pytest.param(
            "MATERIALIZED VIEW t AS SELECT 1 AS a",
            RelationKind.MATERIALIZED_VIEW,
            id="matview",
        ),
    ],
)
def test_kind(space: BaseDatabaseWrapper, definition: str, kind: RelationKind) -> None:
    run(space, f"CREATE {definition}")

    table = read_table(space)

    assert table.kind is kind
    assert [(column.name, column.type) for column in table.columns] == [
        ("a", "integer")
    ]


def test_foreign_table(space: BaseDatabaseWrapper) -> None:
    if not fetch(
        space, "SELECT count(*) FROM pg_available_extensions WHERE name = 'file_fdw'"
    ):
        pytest.skip("this server was built without contrib")
    run(
        space,
        "CREATE EXTENSION IF NOT EXISTS file_fdw",
        "CREATE SERVER files FOREIGN DATA WRAPPER file_fdw",
        "CREATE FOREIGN TABLE t (a int) SERVER files OPTIONS (filename 'none')",
    )

    assert read_table(space).kind is RelationKind.FOREIGN


def test_temporary_tables_sequences_and_types_are_not_tables(
    space: BaseDatabaseWrapper,
) -> None:
    run(
        space,
        "CREATE TEMPORARY TABLE fleeting (a int)",
        "CREATE SEQUENCE numbers",
        "CREATE TYPE pair AS (a int)",
    )

    assert places(read(space)) == []


def test_partitions_are_left_out_unless_a_model_names_one(
    space: BaseDatabaseWrapper,
) -> None:
    run(
        space,
        "CREATE TABLE t (a int) PARTITION BY LIST (a)",
        "CREATE TABLE one PARTITION OF t FOR VALUES IN (1)",
        "CREATE TABLE two PARTITION OF t FOR VALUES IN (2)",
    )

    assert places(read(space)) == [("space", "t", True)]
    assert places(read(space, Scope(names=frozenset({"two"})))) == [
        ("space", "t", True),
        ("space", "two", True),
    ]


def test_child_by_inheritance_is_a_table_of_its_own(space: BaseDatabaseWrapper) -> None:
    run(space, "CREATE TABLE t (a int)", "CREATE TABLE child (b int) INHERITS (t)")

    assert places(read(space)) == [("space", "child", True), ("space", "t", True)]
    assert [column.name for column in read_table(space, "child").columns] == ["a", "b"]


def test_tables_of_an_extension_are_left_out_unless_a_model_names_one(
    space: BaseDatabaseWrapper,
) -> None:
    if not fetch(
        space,
        "SELECT count(*) FROM pg_available_extensions"
        " WHERE name = 'pg_stat_statements'",
    ):
        pytest.skip("this server was built without contrib")
    run(
        space,
        "DROP EXTENSION IF EXISTS pg_stat_statements",
        "CREATE EXTENSION pg_stat_statements SCHEMA space",
    )

    assert places(read(space)) == []
    assert places(read(space, Scope(names=frozenset({"pg_stat_statements"})))) == [
        ("space", "pg_stat_statements", True)
    ]


def test_several_namespaces_and_a_table_hidden_by_another(
    space: BaseDatabaseWrapper,
) -> None:
    run(
        space,
        'CREATE SCHEMA "Other one"',
        "CREATE TABLE t (a int)",
        'CREATE TABLE "Other one".t (b int)',
        'CREATE TABLE "Other one".u (b int)',
        'SET LOCAL search_path TO space, "Other one"',
    )

    schema = read(space)

    assert places(schema) == [
        ("Other one", "t", False),
        ("Other one", "u", True),
        ("space", "t", True),
    ]
    assert schema.table("t").namespace == "space"
    assert schema.table("t", "Other one").columns[0].name == "b"


def test_namespace_that_a_model_names_is_read_though_not_in_the_path(
    space: BaseDatabaseWrapper,
) -> None:
    run(space, "CREATE SCHEMA other", "CREATE TABLE other.t (a int)")

    assert places(read(space)) == []
    assert places(read(space, Scope(namespaces=frozenset({"other", "nowhere"})))) == [
        ("other", "t", False)
    ]


def test_elsewhere_lists_expected_names_that_the_path_does_not_find(
    space: BaseDatabaseWrapper,
) -> None:
    run(
        space,
        "CREATE SCHEMA other",
        "CREATE TABLE here (a int)",
        "CREATE TABLE other.here (a int)",
        'CREATE TABLE other."It\'s 100%" (a int)',
        "CREATE VIEW other.there AS SELECT 1 AS a",
        "CREATE TABLE other.unasked (a int)",
        "CREATE SEQUENCE other.numbers",
    )

    schema = read(
        space,
        Scope(names=frozenset({"here", "there", "It's 100%", "numbers", "nowhere"})),
    )

    assert schema.elsewhere == (
        TableRef("other", "It's 100%"),
        TableRef("other", "there"),
    )


def test_catalog_namespaces_are_never_read(space: BaseDatabaseWrapper) -> None:
    run(space, "SET LOCAL search_path TO space, pg_catalog, information_schema")

    schema = read(
        space, Scope(namespaces=frozenset({"pg_catalog", "information_schema"}))
    )

    assert schema.tables == ()


def test_search_path_without_any_namespace(space: BaseDatabaseWrapper) -> None:
    run(space, "SET LOCAL search_path TO ''")

    assert read(space).tables == ()


def test_role_without_any_privilege_reads_the_same(space: BaseDatabaseWrapper) -> None:
    run(
        space,
        "CREATE TABLE t (a serial PRIMARY KEY, b text DEFAULT 'x' CHECK (b <> ''))",
        "CREATE INDEX ON t (lower(b)) WHERE b > 'a'",
        "GRANT USAGE ON SCHEMA space TO PUBLIC",
        "CREATE ROLE schemaguard_nobody",
    )
    as_owner = read(space)
    run(space, "SET LOCAL ROLE schemaguard_nobody")

    assert read(space) == as_owner
    run(space, "RESET ROLE")
