from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_schemaguard.backends.sqlite import SQLite
from django_schemaguard.backends.sqlite.ddl import (
    ColumnText,
    ForeignKeyText,
    IndexText,
    KeyText,
    parse_index,
)
from django_schemaguard.backends.sqlite.table_ddl import parse_table
from django_schemaguard.backends.sqlite.tokens import NotUnderstood, quoted
from django_schemaguard.backends.sqlite.type_names import affinity
from django_schemaguard.core.schema import Deferral


@pytest.mark.parametrize(
    "head",
    [
        "CREATE TABLE t",
        "create temp table t",
        "CREATE TEMPORARY TABLE t",
        "CREATE TABLE IF NOT EXISTS t",
        'CREATE TABLE main . "t (a"',
    ],
)
def test_head(head: str) -> None:
    assert parse_table(f"{head} (a int)").columns == [ColumnText("a", "int")]


@pytest.mark.parametrize(
    "options", ["STRICT", "WITHOUT ROWID", "strict, without rowid"]
)
def test_options(options: str) -> None:
    table = parse_table(f"CREATE TABLE t (a int PRIMARY KEY) {options}")
    assert table.rowid_alias is (options == "STRICT")


def test_last_constraint_name_counts() -> None:
    table = parse_table("CREATE TABLE t (a int CONSTRAINT x CONSTRAINT y CHECK (a))")
    assert [check.name for check in table.checks] == ["y"]


@pytest.mark.parametrize("rest", ["CONSTRAINT x", "CONSTRAINT x, CHECK (a)"])
def test_name_of_no_constraint(rest: str) -> None:
    assert len(parse_table(f"CREATE TABLE t (a int, {rest})").checks) == rest.count("(")


def test_late_refusal_of_deferral() -> None:
    table = parse_table("CREATE TABLE t (a REFERENCES p (b) NOT NULL NOT DEFERRABLE)")
    assert table.foreign_keys == [
        ForeignKeyText("", ("a",), "p", ("b",), Deferral.NOT_DEFERRABLE)
    ]


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("", "the statement ends early"),
        ("CREATE VIEW v", "'VIEW' instead of TABLE"),
        ("CREATE TABLE t", "the statement ends early"),
        ("CREATE TABLE t AS SELECT 1", "'AS' instead of ("),
        ("CREATE TABLE t (a int", "the statement ends early"),
        ("CREATE TABLE t (1 int)", "'1' instead of a name"),
        ("CREATE TABLE t (a int DEFERRABLE)", "DEFERRABLE without a foreign key"),
        ("CREATE TABLE t (a int NULL wat)", "'WAT' in column 'a'"),
        (
            "CREATE TABLE t (a int, PRIMARY KEY (a) wat)",
            "'WAT' where a constraint is due",
        ),
        ("CREATE TABLE t (a int) wat", "'wat' after the table"),
        ("CREATE TABLE t (a CHECK a > 0)", "'a' instead of ("),
        ("CREATE TABLE t (a CHECK (a > 0)", "the statement ends early"),
        ("CREATE TABLE t (a CHECK (a", "a parenthesis is left open"),
        (
            "CREATE TABLE t (a REFERENCES p (1))",
            "a list of columns holds another thing",
        ),
        (
            "CREATE TABLE t (a REFERENCES p ())",
            "a list of columns holds another thing",
        ),
    ],
)
def test_table_that_is_refused(sql: str, reason: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        parse_table(sql)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("CREATE INDEX i ON t", "it is no CREATE INDEX statement"),
        ("CREATE TABLE t (a)", "it is no CREATE INDEX statement"),
        ("CREATE INDEX i ON t ()", "an index key is empty"),
        ("CREATE INDEX i ON t (a,)", "an index key is empty"),
        ("CREATE INDEX i ON t (a) WHERE", "'WHERE' after the keys of an index"),
        ("CREATE INDEX i ON t (a) USING b", "'USING' after the keys of an index"),
    ],
)
def test_index_that_is_refused(sql: str, reason: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        parse_index(sql)
    assert str(caught.value) == reason


def test_outermost_collation_counts() -> None:
    assert parse_index("CREATE INDEX i ON t ((a COLLATE x) COLLATE y)") == IndexText(
        (KeyText("a", None, "y"),)
    )


_NAME = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]),
    min_size=1,
    max_size=8,
)
_DEFAULT = st.one_of(
    st.integers(-(2**40), 2**40).map(str),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])).map(
        lambda text: "'" + text.replace("'", "''") + "'"
    ),
    st.binary(max_size=4).map(lambda data: f"x'{data.hex()}'"),
)
_CONSTRAINT = st.one_of(
    _DEFAULT.map(lambda text: f"DEFAULT {text}"),
    _DEFAULT.map(lambda text: f"CHECK (({text}) IS NOT /* ( */ NULL)"),
    _NAME.map(lambda name: f"CONSTRAINT {quoted(name)} NOT NULL"),
    st.sampled_from(
        [
            *("UNIQUE", "NULL", "COLLATE nocase", "REFERENCES p", "-- )\n"),
            *("REFERENCES p (x) ON DELETE SET NULL DEFERRABLE", "CONSTRAINT n"),
        ]
    ),
)
_COLUMN = st.tuples(
    _NAME,
    st.sampled_from(["", "integer", "varchar(30)", "decimal (10, 2)", "big int x"]),
    st.lists(_CONSTRAINT, max_size=4),
)


@given(st.lists(_COLUMN, min_size=1, max_size=4, unique_by=lambda it: it[0].lower()))
def test_parser_and_sqlite_agree(columns: list[tuple[str, str, list[str]]]) -> None:
    body = ", ".join(
        f"{quoted(name)} {type_} {' '.join(constraints)}"
        for name, type_, constraints in columns
    )
    memory = sqlite3.connect(":memory:")
    try:
        memory.execute(f"CREATE TABLE t ({body})")
        (sql,) = memory.execute("SELECT sql FROM sqlite_master").fetchone()
        rows = memory.execute("SELECT * FROM pragma_table_xinfo('t')").fetchall()
        keys = memory.execute("SELECT * FROM pragma_foreign_key_list('t')").fetchall()
    except sqlite3.OperationalError:
        return  # Names that SQLite takes for one, as it folds ASCII alone.
    finally:
        memory.close()
    table = parse_table(sql)
    assert [column.name for column in table.columns] == [row[1] for row in rows]
    assert [_value(column.default) for column in table.columns] == [
        _value(row[4]) for row in rows
    ]
    assert len(table.foreign_keys) == len(keys)


def _value(default: str | None) -> str | None:
    return None if default is None else default.strip()


@pytest.mark.parametrize(
    ("type_name", "canonical"),
    [
        ("integer", "integer"),
        ("INTEGER", "integer"),
        ("INT", "int"),
        ("varchar (30)", "varchar(30)"),
        ("VARCHAR(30)", "varchar(30)"),
        ("decimal( 10 , 2 )", "decimal(10,2)"),
        ("integer  UNSIGNED", "integer unsigned"),
        ("numeric(5) unsigned", "numeric(5) unsigned"),
        ('"My Type"', "my type"),
        ("", ""),
        ("odd ? type", "odd ? type"),
    ],
)
def test_canonical_type(type_name: str, canonical: str) -> None:
    assert SQLite().canonical_type(type_name) == canonical


_TYPES = ["integer", "bigint", "CHARINT", "varchar(5)", "Clob", "text", "BLOB", ""]
_TYPES += ["real", "double precision", "FLOAT", "decimal", "bool", "datetime", "point"]


@pytest.mark.parametrize("type_name", _TYPES)
def test_affinity_is_the_one_of_sqlite(type_name: str) -> None:
    found = []
    for name in (type_name, affinity(type_name)):
        memory = sqlite3.connect(":memory:")
        memory.execute(f"CREATE TABLE t (a {name})")
        memory.executemany("INSERT INTO t VALUES (?)", [["1"], ["1.5"], [1], [b"1"]])
        found.append(memory.execute("SELECT typeof(a) FROM t").fetchall())
        memory.close()
    assert found[0] == found[1]
