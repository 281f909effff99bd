from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from django_schemaguard.core.schema import Column, Expression, Identity, PrimaryKey
from tests.backends.sqlite.conftest import read_table, run

if TYPE_CHECKING:
    from django.db.backends.sqlite3.base import DatabaseWrapper


@pytest.mark.parametrize(
    ("definition", "column"),
    [
        pytest.param("a integer", Column("a", "integer"), id="plain"),
        pytest.param("a", Column("a", ""), id="no-type"),
        pytest.param("'a' text", Column("a", "text"), id="name-in-string-quotes"),
        pytest.param("[a b] text", Column("a b", "text"), id="name-in-brackets"),
        pytest.param('"check" text', Column("check", "text"), id="keyword-as-name"),
        pytest.param('"ä""/*" text', Column('ä"/*', "text"), id="name-like-a-comment"),
        pytest.param(
            "a integer unsigned NOT NULL CHECK (a >= 0)",
            Column("a", "integer unsigned", nullable=False),
            id="unsigned",
        ),
        pytest.param(
            "a DECIMAL ( 10 , 2 )", Column("a", "DECIMAL ( 10 , 2 )"), id="spaced-type"
        ),
        pytest.param(
            "a unsigned big int", Column("a", "unsigned big int"), id="many-words"
        ),
        pytest.param(
            "a text not\nnull", Column("a", "text", nullable=False), id="not-null"
        ),
        pytest.param("a text NULL", Column("a", "text"), id="null"),
        pytest.param("a text CONSTRAINT n", Column("a", "text"), id="name-of-nothing"),
        pytest.param(
            "a text CONSTRAINT n NOT NULL ON CONFLICT IGNORE",
            Column("a", "text", nullable=False),
            id="named-not-null",
        ),
        pytest.param(
            "a int DEFAULT 5 NOT NULL",
            Column("a", "int", nullable=False, default=Expression("5")),
            id="default-first",
        ),
        pytest.param(
            "a int DEFAULT - 5",
            Column("a", "int", default=Expression("- 5")),
            id="sign",
        ),
        pytest.param(
            "a text DEFAULT 'it''s, (ok)'",
            Column("a", "text", default=Expression("'it''s, (ok)'")),
            id="string-default",
        ),
        pytest.param(
            "a blob DEFAULT x'00ff'",
            Column("a", "blob", default=Expression("x'00ff'")),
            id="blob-default",
        ),
        pytest.param(
            "a int DEFAULT ((1 + (2)))",
            Column("a", "int", default=Expression("1 + (2)")),
            id="default-in-parentheses",
        ),
        pytest.param(
            "a text DEFAULT CURRENT_TIMESTAMP",
            Column("a", "text", default=Expression("CURRENT_TIMESTAMP")),
            id="clock",
        ),
        pytest.param(
            "a bool DEFAULT true",
            Column("a", "bool", default=Expression("true")),
            id="boolean-default",
        ),
        pytest.param(
            "a text DEFAULT word",
            Column("a", "text", default=Expression("'word'")),
            id="bare-word-is-a-string",
        ),
        pytest.param(
            'a text DEFAULT "it\'s"',
            Column("a", "text", default=Expression("'it''s'")),
            id="quoted-name-is-a-string",
        ),
        pytest.param("a text DEFAULT NULL", Column("a", "text"), id="default-null"),
        pytest.param("a text DEFAULT (null)", Column("a", "text"), id="default-(null)"),
        pytest.param(
            "a text DEFAULT 'NULL'",
            Column("a", "text", default=Expression("'NULL'")),
            id="default-string-null",
        ),
        pytest.param(
            "a text COLLATE nocase",
            Column("a", "text", collation="nocase"),
            id="collation",
        ),
        pytest.param(
            "a text NOT NULL COLLATE \"RTRIM\" DEFAULT 'x'",
            Column(
                "a",
                "text",
                nullable=False,
                collation="RTRIM",
                default=Expression("'x'"),
            ),
            id="collation-between",
        ),
        pytest.param(
            "a text COLLATE binary", Column("a", "text"), id="usual-collation"
        ),
    ],
)
def test_column(scratch: DatabaseWrapper, definition: str, column: Column) -> None:
    run(scratch, f"create table t ({definition}, other int)")
    assert read_table(scratch, "t").columns[0] == column


@pytest.mark.parametrize(
    ("definition", "column"),
    [
        pytest.param(
            "b int GENERATED ALWAYS AS (a + 1) STORED",
            Column("b", "int", generated=Expression("a + 1"), stored=True),
            id="stored",
        ),
        pytest.param(
            "b int generated always as ((a) * 2) virtual",
            Column("b", "int", generated=Expression("(a) * 2")),
            id="virtual",
        ),
        pytest.param(
            "b AS (a) NOT NULL",
            Column("b", "", generated=Expression("a"), nullable=False),
            id="short-form",
        ),
    ],
)
def test_generated_column(
    scratch: DatabaseWrapper, definition: str, column: Column
) -> None:
    run(scratch, f"create table t (a int, {definition})")
    assert read_table(scratch, "t").columns[1] == column


@pytest.mark.parametrize(
    ("definition", "identity"),
    [
        ("id integer PRIMARY KEY AUTOINCREMENT", Identity.AUTOINCREMENT),
        ("id integer NOT NULL PRIMARY KEY AUTOINCREMENT", Identity.AUTOINCREMENT),
        ("id INTEGER PRIMARY KEY", Identity.ROWID),
        ("id integer PRIMARY KEY ASC ON CONFLICT FAIL", Identity.ROWID),
        ("id integer, PRIMARY KEY (id)", Identity.ROWID),
        ("id integer, PRIMARY KEY (id AUTOINCREMENT)", Identity.AUTOINCREMENT),
        ("id integer PRIMARY KEY DESC", None),
        ("id int PRIMARY KEY", None),
        ("id bigint PRIMARY KEY", None),
        ("id text PRIMARY KEY", None),
        ("id integer, b text, PRIMARY KEY (id, b)", None),
    ],
)
def test_identity(
    scratch: DatabaseWrapper, definition: str, identity: Identity | None
) -> None:
    run(scratch, f"create table t ({definition})")
    column = read_table(scratch, "t").columns[0]
    assert (column.identity, column.nullable) == (identity, False)


def test_table_without_rowid_numbers_nothing(scratch: DatabaseWrapper) -> None:
    run(scratch, "create table t (id integer primary key) without rowid, strict")
    (column,) = read_table(scratch, "t").columns
    assert column.identity is None


@pytest.mark.parametrize(
    ("definition", "key"),
    [
        ("a int CONSTRAINT pk PRIMARY KEY, b int", PrimaryKey("pk", ("a",))),
        ("a int, b int, PRIMARY KEY (b, a)", PrimaryKey("", ("b", "a"))),
        (
            'a int, b int, CONSTRAINT "p k" PRIMARY KEY ("B" DESC, a) ON CONFLICT FAIL',
            PrimaryKey("p k", ("b", "a")),
        ),
        ("a int, b int", None),
    ],
)
def test_primary_key(
    scratch: DatabaseWrapper, definition: str, key: PrimaryKey | None
) -> None:
    run(scratch, f"create table t ({definition})")
    table = read_table(scratch, "t")
    assert table.primary_key == key
    assert table.uniques == ()


def test_altered_table_is_read_as_it_is_now(scratch: DatabaseWrapper) -> None:
    run(
        scratch,
        "create table t (a int, b int check (b > 0), constraint n check (a > 0))",
        "alter table t add column c text default 'x' collate nocase",
        'alter table t rename column b to "new b"',
        "alter table t rename to u",
    )
    table = read_table(scratch, "u")
    assert table.columns == (
        Column("a", "int"),
        Column("new b", "int"),
        Column("c", "text", collation="nocase", default=Expression("'x'")),
    )
    assert [(check.name, check.expression.sql) for check in table.checks] == [
        ("", '"new b" > 0'),
        ("n", "a > 0"),
    ]
