"""Every fact of a schema, from SQL written by hand."""

from __future__ import annotations

import pytest

from django_schemaguard.backends.base import Limits
from django_schemaguard.backends.mysql.row_source import quote
from django_schemaguard.core.schema import (
    Check,
    Column,
    Expression,
    Facet,
    ForeignKey,
    Identity,
    Index,
    Key,
    PrimaryKey,
    RelationKind,
    Schema,
    Skip,
    Table,
    TableRef,
    Traits,
    Unique,
)
from django_schemaguard.exceptions import DatabaseUnreachable, DatabaseUnreadable
from tests.backends.mysql.conftest import BACKEND, NAME, Scratch, connect

COLLATION = "utf8mb4_general_ci"


def test_an_empty_database_has_no_tables(scratch: Scratch) -> None:
    unseen = {
        Facet.NAMESPACES,
        Facet.DEFERRABLE,
        Facet.EXCLUSIONS,
        Facet.VALIDATION,
        Facet.ENFORCEMENT,
        Facet.ROW_SECURITY,
        Facet.EXTENSIONS,
    }
    traits = Traits("mysql", folds_columns=True, sees=frozenset(Facet) - unseen)
    assert scratch.read() == Schema(traits)
    assert BACKEND.traits(scratch.connection) == traits


def test_a_table_is_read_whole(scratch: Scratch) -> None:
    scratch.run(
        "CREATE TABLE target (a integer, b integer, PRIMARY KEY (b, a))",
        f"""CREATE TABLE shop (
            id bigint AUTO_INCREMENT,
            n integer unsigned NOT NULL DEFAULT 3 COMMENT 'it''s 100%' CHECK (n > 2),
            name varchar(30) COLLATE utf8mb4_bin,
            data json,
            twice integer AS (n * 2) STORED,
            thrice integer AS (n * 3) VIRTUAL,
            x integer, y integer, at datetime(6) DEFAULT NOW(6), body longtext,
            PRIMARY KEY (id),
            UNIQUE uq (name, n),
            INDEX ix (n DESC, name(5)),
            FULLTEXT ft (body),
            CONSTRAINT small CHECK (n < 100),
            CONSTRAINT fk FOREIGN KEY (x, y) REFERENCES target (b, a)
              ON DELETE CASCADE ON UPDATE SET NULL
        ) COMMENT 'a shop' COLLATE {COLLATION}""",
    )
    assert scratch.table("shop") == Table(
        name="shop",
        columns=(
            Column("id", "bigint(20)", nullable=False, identity=Identity.AUTOINCREMENT),
            Column(
                "n",
                "int(10) unsigned",
                nullable=False,
                default=Expression("3"),
                comment="it's 100%",
            ),
            Column("name", "varchar(30)", collation="utf8mb4_bin"),
            Column("data", "longtext", collation="utf8mb4_bin"),
            Column("twice", "int(11)", generated=Expression("`n` * 2"), stored=True),
            Column("thrice", "int(11)", generated=Expression("`n` * 3")),
            Column("x", "int(11)"),
            Column("y", "int(11)"),
            Column("at", "datetime(6)", default=Expression("current_timestamp(6)")),
            Column("body", "longtext"),
        ),
        primary_key=PrimaryKey("PRIMARY", ("id",)),
        foreign_keys=(
            ForeignKey(
                "fk",
                ("x", "y"),
                TableRef(None, "target"),
                ("b", "a"),
                on_delete="CASCADE",
                on_update="SET NULL",
            ),
        ),
        uniques=(Unique("uq", (Key("name"), Key("n"))),),
        checks=(
            Check("data", Expression("json_valid(`data`)"), implied=True),
            Check("n", Expression("`n` > 2")),
            Check("small", Expression("`n` < 100")),
        ),
        indexes=(
            Index("fk", (Key("x"), Key("y")), implied=True),
            Index("ft", (Key("body"),), method="fulltext"),
            Index("ix", (Key("n", descending=True), Key("name", length=5))),
        ),
        comment="a shop",
        engine="INNODB",
        collation=COLLATION,
    )


@pytest.mark.parametrize(
    ("definition", "default"),
    [
        pytest.param("varchar(9) NULL", None, id="none"),
        pytest.param("varchar(9) NULL DEFAULT NULL", None, id="null-says-nothing"),
        pytest.param("varchar(9) NOT NULL", None, id="not-null-without"),
        pytest.param("varchar(9) DEFAULT 'NULL'", "'NULL'", id="the-word-null"),
        pytest.param("varchar(9) DEFAULT ''", "''", id="empty"),
        pytest.param("integer DEFAULT 0", "0", id="zero"),
        pytest.param("integer DEFAULT (1 + 1)", "(1 + 1)", id="expression"),
        pytest.param("integer AS (5) STORED", None, id="generated"),
    ],
)
def test_a_default(scratch: Scratch, definition: str, default: str | None) -> None:
    scratch.run(f"CREATE TABLE shop (id integer PRIMARY KEY, c {definition})")
    column = scratch.table("shop").column("c")
    assert column is not None
    assert column.default == (None if default is None else Expression(default))


@pytest.mark.parametrize(
    "action",
    [
        pytest.param("", id="unsaid"),
        pytest.param("ON DELETE RESTRICT", id="restrict"),
        pytest.param("ON DELETE NO ACTION", id="no-action"),
    ],
)
def test_restrict_and_no_action_are_one(scratch: Scratch, action: str) -> None:
    scratch.run(
        "CREATE TABLE target (id integer PRIMARY KEY)",
        "CREATE TABLE shop (t integer,"
        f" FOREIGN KEY (t) REFERENCES target (id) {action})",
    )
    (foreign_key,) = scratch.table("shop").foreign_keys
    assert (foreign_key.on_delete, foreign_key.on_update) == ("NO ACTION", "NO ACTION")


def test_set_null_is_read(scratch: Scratch) -> None:
    scratch.run(
        "CREATE TABLE target (id integer PRIMARY KEY)",
        "CREATE TABLE shop (t integer,"
        " FOREIGN KEY (t) REFERENCES target (id) ON DELETE SET NULL)",
    )
    (foreign_key,) = scratch.table("shop").foreign_keys
    assert foreign_key.on_delete == "SET NULL"


@pytest.mark.parametrize(
    ("keys", "implied"),
    [
        pytest.param("", {"fk": True}, id="made-by-the-server"),
        pytest.param(
            "INDEX mine (t)", {"mine": True}, id="serves-it-under-its-own-name"
        ),
        pytest.param("INDEX mine (t, x)", {"mine": False}, id="longer"),
        pytest.param("INDEX mine (x)", {"fk": True, "mine": False}, id="on-another"),
        pytest.param("UNIQUE mine (t)", {}, id="unique-serves-it"),
        pytest.param(
            "INDEX b (t), INDEX a (t)", {"a": True, "b": False}, id="only-one-of-two"
        ),
    ],
)
def test_an_index_made_for_a_foreign_key_is_marked(
    scratch: Scratch, keys: str, implied: dict[str, bool]
) -> None:
    listed = f", {keys}" if keys else ""
    scratch.run(
        "CREATE TABLE target (id integer PRIMARY KEY)",
        f"CREATE TABLE shop (t integer, x integer{listed},"
        " CONSTRAINT fk FOREIGN KEY (t) REFERENCES target (id))",
    )
    indexes = scratch.table("shop").indexes
    assert {index.name: index.implied for index in indexes} == implied


def test_indexes_that_are_ignored(scratch: Scratch) -> None:
    scratch.run(
        "CREATE TABLE shop (a int, b int, c int, KEY k (a) IGNORED,"
        " UNIQUE KEY u (b) IGNORED, KEY used (c))"
    )
    table = scratch.table("shop")
    assert table.indexes == (
        Index("k", (Key("a"),), ignored=True),
        Index("used", (Key("c"),)),
    )
    assert table.uniques == (Unique("u", (Key("b"),), ignored=True),)


def test_an_index_left_by_a_dropped_foreign_key_is_not_marked(scratch: Scratch) -> None:
    scratch.run(
        "CREATE TABLE target (id integer PRIMARY KEY)",
        "CREATE TABLE shop (t integer,"
        " CONSTRAINT fk FOREIGN KEY (t) REFERENCES target (id))",
        "ALTER TABLE shop DROP FOREIGN KEY fk",
    )
    assert scratch.table("shop").indexes == (Index("fk", (Key("t"),)),)


@pytest.mark.parametrize(
    ("engine", "index", "method"),
    [
        pytest.param("InnoDB", "INDEX i (n)", "btree", id="innodb"),
        pytest.param(
            "InnoDB", "INDEX i (n) USING HASH", "btree", id="innodb-has-no-hash"
        ),
        pytest.param("InnoDB", "FULLTEXT i (body)", "fulltext", id="fulltext"),
        pytest.param("InnoDB", "SPATIAL i (place)", "spatial", id="spatial"),
        pytest.param("MyISAM", "INDEX i (n)", "btree", id="myisam"),
    ],
)
def test_an_index_method(
    scratch: Scratch, engine: str, index: str, method: str
) -> None:
    scratch.run(
        "CREATE TABLE shop (n integer, body longtext, place point NOT NULL,"
        f" {index}) ENGINE={engine}"
    )
    table = scratch.table("shop")
    assert [i.method for i in table.indexes] == [method]
    assert [key.length for i in table.indexes for key in i.keys] == [None]
    assert table.engine == engine.upper()


def test_hash_indexes_of_memory_tables(scratch: Scratch) -> None:
    scratch.run(
        "CREATE TABLE shop (n integer, m integer, INDEX i (n), UNIQUE u (m))"
        " ENGINE=MEMORY"
    )
    table = scratch.table("shop")
    assert table.indexes == (Index("i", (Key("n"),), method="hash"),)
    assert table.uniques == (Unique("u", (Key("m"),), method="hash"),)
    assert table.engine == "MEMORY"


def test_a_unique_text_is_an_ordinary_unique(scratch: Scratch) -> None:
    scratch.run("CREATE TABLE shop (body longtext UNIQUE)")
    assert scratch.table("shop").uniques == (Unique("body", (Key("body"),)),)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("two words", id="space"),
        pytest.param("Order", id="capital-and-keyword"),
        pytest.param('a"b', id="double-quote"),
        pytest.param("a'b", id="single-quote"),
        pytest.param("a`b", id="backtick"),
        pytest.param("100%s", id="percent"),
        pytest.param("\u00e9t\u00e9\u20ac", id="beyond-ascii"),
        pytest.param("x" * 64, id="as-long-as-can-be"),
        pytest.param("a.b", id="dot"),
        pytest.param("back\\slash", id="backslash"),
    ],
)
def test_odd_names(scratch: Scratch, name: str) -> None:
    quoted = quote(name)
    scratch.run(
        "CREATE TABLE target (id integer PRIMARY KEY)",
        f"CREATE TABLE {quoted} ({quoted} integer NOT NULL CHECK ({quoted} > 1),"
        f" INDEX {quoted} ({quoted}),"
        f" CONSTRAINT {quote(name[:60] + '_c')} CHECK ({quoted} > 2),"
        f" CONSTRAINT {quote(name[:60] + '_f')} FOREIGN KEY ({quoted})"
        f" REFERENCES target (id))",
    )
    table = scratch.table(name)
    assert table == Table(
        name=name,
        columns=(Column(name, "int(11)", nullable=False),),
        foreign_keys=(
            ForeignKey(name[:60] + "_f", (name,), TableRef(None, "target"), ("id",)),
        ),
        checks=tuple(
            sorted(
                (
                    Check(name, Expression(f"{quoted} > 1")),
                    Check(name[:60] + "_c", Expression(f"{quoted} > 2")),
                ),
                key=lambda check: check.name,
            )
        ),
        indexes=(Index(name, (Key(name),), implied=True),),
        engine="INNODB",
        collation=COLLATION,
    )


def test_a_view_is_no_table(scratch: Scratch) -> None:
    scratch.run(
        "CREATE TABLE shop (id integer PRIMARY KEY)",
        "CREATE VIEW seen AS SELECT id + 1 AS more FROM shop",
    )
    schema = scratch.read()
    view = schema.table("seen")
    assert view is not None
    assert view.kind is RelationKind.VIEW
    assert [column.name for column in view.columns] == ["more"]
    assert view.comment == ""
    assert view.engine is None
    assert schema.skips == ()


def test_a_view_of_nothing_disturbs_no_other(scratch: Scratch) -> None:
    scratch.run(
        "CREATE TABLE gone (id integer)",
        "CREATE TABLE shop (id integer PRIMARY KEY)",
        "CREATE VIEW seen AS SELECT id FROM gone",
        "DROP TABLE gone",
    )
    schema = scratch.read()
    assert [(table.name, table.kind.value) for table in schema] == [
        ("seen", "view"),
        ("shop", "table"),
    ]


def test_a_sequence_is_skipped_by_name(scratch: Scratch) -> None:
    scratch.run("CREATE SEQUENCE counter")
    schema = scratch.read()
    assert schema.tables == ()
    assert schema.skips == (
        Skip("counter", None, "It is a sequence, which is not compared."),
    )


def test_temporary_tables_are_not_seen(scratch: Scratch) -> None:
    scratch.run("CREATE TEMPORARY TABLE shop (id integer)")
    assert scratch.read().tables == ()
    assert scratch.read().skips == ()


def test_the_same_table_in_another_database_is_not_seen(scratch: Scratch) -> None:
    other = quote(f"{NAME}_other")
    scratch.run(
        f"DROP DATABASE IF EXISTS {other}",
        f"CREATE DATABASE {other}",
        f"CREATE TABLE {other}.shop (id integer PRIMARY KEY, more integer,"
        " CHECK (more > 1))",
        f"CREATE TABLE {other}.elsewhere (id integer)",
        "CREATE TABLE shop (id integer,"
        f" FOREIGN KEY (id) REFERENCES {other}.shop (id))",
    )
    try:
        (table,) = scratch.read().tables
    finally:
        scratch.run("DROP TABLE shop", f"DROP DATABASE {other}")
    assert [column.name for column in table.columns] == ["id"]
    assert table.checks == ()
    assert [key.target for key in table.foreign_keys] == [
        TableRef(f"{NAME}_other", "shop")
    ]


def test_a_system_versioned_table_is_a_table(scratch: Scratch) -> None:
    scratch.run(
        "CREATE TABLE shop (id integer PRIMARY KEY, n integer) WITH SYSTEM VERSIONING"
    )
    table = scratch.table("shop")
    assert table.kind is RelationKind.TABLE
    assert [column.name for column in table.columns] == ["id", "n"]
    assert table.primary_key == PrimaryKey("PRIMARY", ("id",))


def test_a_check_of_the_users_own_is_not_implied(scratch: Scratch) -> None:
    scratch.run(
        "CREATE TABLE shop (body longtext, CONSTRAINT body CHECK (json_valid(body)))"
    )
    (check,) = scratch.table("shop").checks
    assert check == Check("body", Expression("json_valid(`body`)"))


def test_the_columns_of_a_table_of_another_collation(scratch: Scratch) -> None:
    scratch.run(
        "CREATE TABLE shop (a varchar(9), b varchar(9) COLLATE utf8mb4_general_ci,"
        " c varchar(9) CHARACTER SET latin1, d json, n integer) COLLATE utf8mb4_bin"
    )
    table = scratch.table("shop")
    assert table.collation == "utf8mb4_bin"
    assert [column.collation for column in table.columns] == [
        None,
        "utf8mb4_general_ci",
        "latin1_swedish_ci",
        None,
        None,
    ]


@pytest.mark.parametrize("tables", [10, 200])
def test_the_number_of_statements_does_not_grow(scratch: Scratch, tables: int) -> None:
    scratch.run("CREATE TABLE t (id integer PRIMARY KEY, n integer CHECK (n > 1))")
    for number in range(tables):
        scratch.run(f"CREATE TABLE t{number} LIKE t")
    assert len(scratch.read().tables) == tables + 1
    with scratch.counted() as statements:
        scratch.read()
    # One of them reads the session's bounds.
    assert len(statements) == 9


def test_the_version_tells_the_server(scratch: Scratch) -> None:
    ((version,),) = scratch.rows("SELECT VERSION()")
    assert (
        BACKEND.server_version(scratch.connection)
        == version.partition("-")[0] + "-MariaDB"
    )


@pytest.mark.usefixtures("scratch")
def test_a_connection_to_no_such_database_is_refused() -> None:

    lost = connect(f"{NAME}_gone")
    with pytest.raises(DatabaseUnreachable) as caught, BACKEND.bounded(lost, Limits()):
        pass
    assert str(caught.value) == (
        f"Cannot reach database 'mariadb': Unknown database '{NAME}_gone'."
    )


def test_no_chosen_database_is_an_error(scratch: Scratch) -> None:
    chosen_none = connect("")
    with pytest.raises(DatabaseUnreadable) as caught:
        scratch.read(chosen_none)
    chosen_none.close()
    assert str(caught.value) == "No database is chosen for 'mariadb'."
    assert caught.value.hint == "Set NAME in settings.DATABASES."
