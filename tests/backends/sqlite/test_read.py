from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connections, transaction
from django.test.utils import CaptureQueriesContext

from django_schemaguard.backends.base import Scope
from django_schemaguard.backends.sqlite import SQLite
from django_schemaguard.backends.sqlite.reader import IN_STATEMENT_ONLY
from django_schemaguard.core.schema import (
    Column,
    Deferral,
    Expression,
    Facet,
    ForeignKey,
    Identity,
    Index,
    Key,
    PrimaryKey,
    RelationKind,
    Skip,
    Table,
    TableRef,
    Unique,
)
from tests.backends.sqlite.conftest import ALIAS, read, read_table, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.db.backends.sqlite3.base import DatabaseWrapper

NONSENSE = "CREATE TABLE t (a int UNIQUE, b int ?!, c int)"


def _names(connection: DatabaseWrapper, *expected: str) -> list[str]:
    return [table.name for table in read(connection, *expected)]


@pytest.mark.parametrize("tables", [0, 10, 300])
def test_any_number_of_tables_takes_one_statement(
    scratch: DatabaseWrapper, tables: int
) -> None:
    with transaction.atomic(ALIAS):
        for number in range(tables):
            run(
                scratch,
                f"create table t{number} (id integer primary key, a int unique"
                f" references t0 (id), check (a > {number}))",
                f"create index i{number} on t{number} (a) where a > 1",
            )
    with CaptureQueriesContext(scratch) as queries:
        schema = SQLite().read(scratch, Scope())
    assert (len(schema.tables), len(queries)) == (tables, 1)


def test_tables_come_by_name(scratch: DatabaseWrapper) -> None:
    run(scratch, "create table b (x)", "create table a (x)", "create table [c d] (x)")
    assert _names(scratch) == ["a", "b", "c d"]


def test_names_are_looked_up_whatever_their_case(scratch: DatabaseWrapper) -> None:
    run(scratch, "create table Shop_Order (Total int)")
    schema = read(scratch)
    assert schema.table("shop_order") is schema.tables[0]
    assert schema.tables[0].columns == (Column("Total", "int"),)
    assert (schema.traits.folds_tables, schema.traits.folds_columns) == (True, True)


def test_traits_leave_out_what_sqlite_does_not_have(scratch: DatabaseWrapper) -> None:
    assert set(Facet) - SQLite().traits(scratch).sees == {
        Facet.COMMENTS,
        Facet.NAMESPACES,
        Facet.EXCLUSIONS,
        Facet.VALIDATION,
        Facet.ENFORCEMENT,
        Facet.INDEX_VALIDITY,
        Facet.SEQUENCES,
        Facet.PRIVILEGES,
        Facet.ROW_SECURITY,
        Facet.EXTENSIONS,
    }


def test_own_tables_of_sqlite_are_no_tables(scratch: DatabaseWrapper) -> None:
    run(
        scratch,
        "create table t (id integer primary key autoincrement, a int)",
        "create index i on t (a)",
        "insert into t (a) values (1)",
        "analyze",
    )
    assert _names(scratch) == ["t"]


def test_temporary_table_hides_nothing(scratch: DatabaseWrapper) -> None:
    run(
        scratch,
        "create table t (a int unique)",
        "create temp table t (b text)",
        "create temp table only_temporary (b text)",
    )
    assert _names(scratch) == ["t"]
    assert read_table(scratch, "t").columns == (Column("a", "int"),)


def test_attached_database_is_left_out(
    scratch: DatabaseWrapper, tmp_path: Path
) -> None:
    run(
        scratch,
        f"attach '{tmp_path / 'other.sqlite3'}' as other",
        "create table other.t (a int)",
        "create table u (a int)",
    )
    assert _names(scratch) == ["u"]


@pytest.mark.parametrize(
    "virtual",
    [
        pytest.param("using fts5 (body)", id="fts5"),
        pytest.param("using fts4 (body)", id="fts4"),
        pytest.param("using rtree (id, x0, x1)", id="rtree"),
    ],
)
def test_shadow_tables_belong_to_the_virtual_table(
    scratch: DatabaseWrapper, virtual: str
) -> None:
    run(scratch, f"create virtual table Docs {virtual}", "create table docs_other (a)")
    assert _names(scratch) == ["Docs", "docs_other"]
    assert read(scratch).table("docs") == Table("Docs", kind=RelationKind.FOREIGN)


def test_table_of_a_model_is_no_shadow(scratch: DatabaseWrapper) -> None:
    run(
        scratch,
        "create table docs_content (id integer primary key, body text)",
        "create virtual table docs using fts5 (body, content='docs_content')",
    )
    assert _names(scratch, "Docs_Content") == ["docs", "docs_content"]


def test_expected_virtual_table_has_its_columns(scratch: DatabaseWrapper) -> None:
    run(scratch, "create virtual table docs using fts5 (title, body)")
    table = read_table(scratch, "docs")
    assert table.kind is RelationKind.FOREIGN
    assert [column.name for column in table.columns] == ["title", "body"]


def test_view(scratch: DatabaseWrapper) -> None:
    run(
        scratch,
        "create table t (a int, b varchar(5))",
        "create view v as select b, a + 1 as c from t",
        "create view w as select a from t",
    )
    schema = read(scratch, "V")
    assert schema.table("v") == Table(
        "v",
        (Column("b", "varchar(5)"), Column("c", "")),
        kind=RelationKind.VIEW,
    )
    assert schema.table("w") == Table("w", kind=RelationKind.VIEW)


def test_broken_view_spoils_nothing(scratch: DatabaseWrapper) -> None:
    run(
        scratch,
        "create table t (a int)",
        "create view good as select a from t",
        "create table gone (a int)",
        "create view broken as select a from gone",
        "drop table gone",
    )
    schema = read(scratch, "good", "broken")
    broken = schema.table("broken")
    assert broken is not None
    assert broken.locked == "Its columns could not be read: no such table: main.gone"
    good = schema.table("good")
    assert good is not None
    assert good.columns == (Column("a", "INT"),)
    assert read(scratch, "good").skips == ()


def test_helper_tables_of_spatialite_are_left_out(scratch: DatabaseWrapper) -> None:
    names = (
        *("geometry_columns", "spatial_ref_sys", "spatial_ref_sys_aux"),
        *("views_geometry_columns", "ElementaryGeometries", "SpatialIndex"),
        *("sql_statements_log", "idx_shop_place_point_node", "data_licenses"),
    )
    run(scratch, *(f"create table {name} (a)" for name in names))
    run(scratch, "create table shop_place (a)", "create table stored (a)")
    assert _names(scratch) == ["shop_place", "stored"]
    assert _names(scratch, "Spatial_Ref_Sys") == [
        *("shop_place", "spatial_ref_sys", "stored"),
    ]


def test_without_spatialite_these_are_ordinary_tables(scratch: DatabaseWrapper) -> None:
    run(scratch, "create table networks (a)", "create table spatial_ref_sys (a)")
    assert _names(scratch) == ["networks", "spatial_ref_sys"]


def _falsify(connection: DatabaseWrapper, name: str, sql: str) -> None:
    """Change a stored statement; this connection keeps its own reading of it."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA writable_schema = ON")
        cursor.execute("UPDATE sqlite_master SET sql = %s WHERE name = %s", [sql, name])
        cursor.execute("PRAGMA writable_schema = OFF")


def test_table_that_is_not_understood_keeps_what_pragmas_tell(
    scratch: DatabaseWrapper,
) -> None:
    run(
        scratch,
        "create table p (id integer primary key)",
        "create table t (id integer primary key autoincrement, a int unique not null"
        " default 5 references p deferrable initially deferred, b as (a), check (a))",
        "create index i on t (a desc)",
        "create table u (x int)",
    )
    _falsify(scratch, "t", NONSENSE)
    reason = (
        "its CREATE TABLE statement was not understood: "
        "no token of SQLite's starts at '?'"
    )
    schema = read(scratch)
    assert schema.table("t") == Table(
        "t",
        (
            Column("id", "INTEGER", nullable=False, identity=Identity.ROWID),
            Column("a", "INT", nullable=False, default=Expression("5")),
            Column(
                "b",
                "",
                generated=Expression("?", problem=reason.partition(":")[0]),
            ),
        ),
        primary_key=PrimaryKey("", ("id",)),
        foreign_keys=(
            ForeignKey(
                "",
                ("a",),
                TableRef(None, "p"),
                ("id",),
                deferral=Deferral.NOT_DEFERRABLE,
            ),
        ),
        uniques=(Unique("sqlite_autoindex_t_1", (Key("a"),)),),
        indexes=(Index("i", (Key("a", descending=True),)),),
        locked=reason,
        unseen=IN_STATEMENT_ONLY,
    )


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("CREATE TABLE t (a int, c int)", id="other-name"),
        pytest.param("CREATE TABLE t (a int)", id="one-column-less"),
        pytest.param("CREATE TABLE t (a int references t, b int)", id="one-key-more"),
    ],
)
def test_statement_that_pragmas_contradict_is_not_believed(
    scratch: DatabaseWrapper, sql: str
) -> None:
    run(scratch, "create table t (a int, b int)")
    _falsify(scratch, "t", sql)
    reason = "its CREATE TABLE statement does not agree with SQLite's own reading"
    table = read(scratch).table("t")
    assert table is not None
    assert table.locked == reason


def test_index_that_is_not_understood(scratch: DatabaseWrapper) -> None:
    run(
        scratch,
        "create table t (a int)",
        "create index i on t (a, lower(a)) where a > 1",
        "create index j on t (a) where a > 1",
    )
    _falsify(scratch, "i", "CREATE INDEX i ON t (a)")
    schema = read(scratch)
    reason = (
        "its CREATE INDEX statement was not understood: "
        "it does not agree with SQLite's own reading"
    )
    untold = Expression("?", problem=reason.partition(":")[0])
    assert schema.skips == (Skip("t", "i", reason),)
    assert schema.tables[0].indexes == (
        Index("i", (Key("a"), Key(expression=untold)), condition=untold),
        Index("j", (Key("a"),), condition=Expression("a > 1")),
    )


def test_database_in_memory(connect: Callable[..., DatabaseWrapper]) -> None:
    memory = connect(":memory:")
    run(memory, "create table t (a int)")
    assert _names(memory) == ["t"]


def test_shared_database_in_memory(connect: Callable[..., DatabaseWrapper]) -> None:
    memory = connect("file:schemaguard?mode=memory&cache=shared")
    run(memory, "create table t (a int)")
    assert _names(memory) == ["t"]


def test_inside_a_transaction_its_own_changes_are_seen(
    scratch: DatabaseWrapper,
) -> None:
    with transaction.atomic(ALIAS):
        run(scratch, "create table t (a int)")
        assert _names(scratch) == ["t"]
        transaction.set_rollback(True, using=ALIAS)
    assert connections[ALIAS] is scratch
    assert _names(scratch) == []


def test_percent_signs_are_text(scratch: DatabaseWrapper) -> None:
    run(scratch, "create table t (a text check (a like '50%s' or a like '%%'))")
    (check,) = read_table(scratch, "t").checks
    assert check.expression == Expression("a like '50%s' or a like '%%'")
