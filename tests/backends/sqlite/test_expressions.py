from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db.backends.signals import connection_created
from django.test.utils import CaptureQueriesContext

from django_schemaguard.backends.base import Answer, Question, Role
from django_schemaguard.backends.sqlite import SQLite
from django_schemaguard.core.schema import Column, Table
from tests.backends.sqlite.conftest import run

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from django.db.backends.sqlite3.base import DatabaseWrapper

TABLE = Table(
    "shop order",
    (
        Column("id", "integer"),
        Column("a", "integer"),
        Column("b", "varchar(10)"),
        Column("c", "text"),
        Column("n", "text", collation="NOCASE"),
        Column("r", "real"),
        Column("d", "decimal"),
        Column("at", "datetime"),
        Column("flag", "bool"),
        Column("other", "BOOLEAN"),
        Column("order", "integer unsigned"),
        Column("ä", 'odd ("type)', generated=None),
        Column("j", "text"),
    ),
)


def _question(
    sql: str, role: Role = Role.CONDITION, type_name: str | None = None
) -> Question:
    return Question(TABLE, TABLE.name, role, sql, type_name)


@pytest.fixture
def same(
    connect: Callable[..., DatabaseWrapper], tmp_path: Path
) -> Callable[..., bool]:
    """Return a function that says whether two texts get one answer."""
    connection = connect(tmp_path / "never-made.sqlite3")

    def same(one: str, other: str, *rest: object) -> bool:
        questions = _question(one, *rest), _question(other, *rest)  # type: ignore[arg-type]
        answers = SQLite().answer(connection, questions)
        mine, theirs = (answers[question] for question in questions)
        assert (mine.problem, theirs.problem) == (None, None)
        return mine == theirs

    return same


EQUAL = [
    ('"a" >= 0', "a>=0"),
    ('"a" >= 0', "((a) >= (0))"),
    ('"a" >= 0', "[a] >= 0"),
    ('"a" >= 0', "`A` >= 0"),
    ('"a" >= 0', '"shop order"."a" >= 0'),
    ('"a" >= 0', "a -- why not\n >= /* so */ 0"),
    ('"a" >= 0', "a >= 0 -- at the end"),
    ('"order" > 0', '"ORDER" > 0'),
    ('"ä" > 0', "ä > 0"),
    ('"a" IS NOT NULL', "a notnull"),
    ('"a" IS NOT NULL', "a not null"),
    ('"a" IS NULL', "a isnull"),
    ('("a" > 0 AND "b" = \'x\')', "a > 0 and b = 'x'"),
    ('"a" > 0 AND ("a" < 9 AND "r" > 1)', '"a" > 0 AND (("a" < 9) AND "r" > 1)'),
    ('"a" > 0 OR "a" < -5', "(a > 0) or (a < (-5))"),
    ('NOT ("a" > 0)', "not (a > 0)"),
    ('"a" <> 1', "a != 1"),
    ('"a" = 1', "a == 1"),
    ("\"b\" LIKE 'a%' ESCAPE '\\'", "b like 'a%' escape '\\'"),
    ("\"b\" REGEXP '^[a-z]+$'", "b regexp '^[a-z]+$'"),
    ("\"b\" IN ('x', 'y', 'z')", "b in ('z','x','y')"),
    ('"a" IN (1, 2)', "a in (2, 1)"),
    ('"a" NOT IN (1, 2, 10)', "a not in (10, 2, 1)"),
    ('"a" BETWEEN 1 AND 2', "(a between (1) and (2))"),
    ('"r" >= 1.5', "r >= 1.50"),
    ('"r" >= 1.5', "r >= 15e-1"),
    ('"a" >= 255', "a >= 0xFF"),
    ("\"c\" = x'00ff'", "c = X'00FF'"),
    ("\"c\" = 'it''s'", "c='it''s'"),
    ('"flag"', '"flag" = 1'),
    ('"flag"', "flag == TRUE"),
    ('"flag"', '"shop order"."flag" = 1'),
    ('NOT "flag"', '"flag" = 0'),
    ('NOT "flag"', '("flag" = false)'),
    ('("flag" AND "a" > 1)', '("flag" = 1 AND "a" > 1)'),
    ('("a" > 1 OR NOT "flag")', '("a" > 1 OR "flag" = 0)'),
    ('NOT ("flag" AND "other")', 'NOT ("flag" = 1 AND "other" = 1)'),
    ('NOT ("flag")', 'NOT ("flag" = 1)'),
    ('"a" BETWEEN 1 AND 2 AND "flag"', '"a" BETWEEN 1 AND 2 AND "flag" = 1'),
    (
        'CASE WHEN "flag" THEN "a" > 1 ELSE NOT "other" END',
        'CASE WHEN "flag" = 1 THEN "a" > 1 ELSE "other" = 0 END',
    ),
    ("\"d\" > CAST('1.5' AS NUMERIC)", "\"d\" > CAST('1.5' AS REAL)"),
    ("\"d\" > cast( '-1' as numeric )", "\"d\" > CAST('-1' AS REAL)"),
    ('CAST("b" AS varchar(10)) > 1', "cast(b as text) > 1"),
    ("COALESCE(\"b\", '') <> ''", "coalesce( b,'' ) != ''"),
    ('("a" + 1) * 2 > 4', "(a+1)*2>4"),
    ('"a" + (1 * 2) > 4', "a + 1 * 2 > 4"),
    ('(JSON_VALID("j") OR "j" IS NULL)', "json_valid(j) or j is null"),
    (
        "django_datetime_extract('year', \"at\", 'UTC', 'UTC') = 2020",
        "DJANGO_DATETIME_EXTRACT('year', at, 'UTC', 'UTC')=2020",
    ),
    ('"a" IN (SELECT 1)', "a in (select 1)"),
    ('"a" IN ()', "a in ( )"),
    ('"a" IN ("id", 1)', "a in (id, 1)"),
    ('"a" IN (-1, 2, -3)', "a in (2, -3, -1)"),
    ("\"n\" = 'x'", "n = 'x' COLLATE NOCASE"),
    ("\"b\" = 'x'", "b = 'x' COLLATE binary"),
]
MUTATED = [
    ('"a" >= 0', '"a" > 0'),
    ('"a" >= 0', '"a" >= 1'),
    ('"a" >= 0', '"id" >= 0'),
    ('"a" >= 0', '"r" >= 0'),
    ('"a" >= 0', "\"a\" >= '0'"),
    ('"a" >= 0', '"a" >= 0 OR "a" IS NULL'),
    ('"a" >= 0', '"a" >= -0.5'),
    ('"a" >= 0', 'NOT ("a" >= 0)'),
    ('"a" IS NULL', '"a" IS NOT NULL'),
    ('"a" = NULL', '"a" IS NULL'),
    ('"a" > 0 AND "r" > 0', '"a" > 0 OR "r" > 0'),
    ('"a" > 0 AND "r" > 0', '"a" > 0'),
    ('"a" > 0 OR "r" > 0 AND "d" > 0', '("a" > 0 OR "r" > 0) AND "d" > 0'),
    ('"a" + 1 * 2 > 4', '("a" + 1) * 2 > 4'),
    ('"a" - 1 > 4', '"a" + 1 > 4'),
    ("\"b\" = 'x'", "\"b\" = 'X'"),
    ("\"b\" = 'x'", "\"b\" = 'x '"),
    ("\"b\" = 'x'", "\"b\" = 'x' COLLATE NOCASE"),
    ("\"n\" = 'x'", "\"n\" = 'x' COLLATE BINARY"),
    ("\"n\" = 'x'", "\"b\" = 'x'"),
    ("\"b\" = 'x'", "\"c\" = 'x'"),
    ("\"b\" LIKE 'a%'", "\"b\" LIKE 'a_'"),
    ("\"b\" LIKE 'a%'", "\"b\" GLOB 'a%'"),
    ("\"b\" LIKE 'a%'", "\"b\" NOT LIKE 'a%'"),
    ("\"b\" LIKE 'a%' ESCAPE '\\'", "\"b\" LIKE 'a%' ESCAPE '!'"),
    ("\"b\" REGEXP '^a'", "\"b\" REGEXP '^b'"),
    ("\"b\" IN ('x', 'y')", "\"b\" IN ('x', 'z')"),
    ("\"b\" IN ('x', 'y')", "\"b\" IN ('x', 'y', 'z')"),
    ("\"b\" IN ('x', 'y', 'z')", "\"b\" NOT IN ('x', 'y', 'z')"),
    ('"a" IN (1, 2, 3)', "\"a\" IN ('1', 2, 3)"),
    ('"a" IN (-1, 2, 3)', '"a" IN (1, 2, 3)'),
    ('"a" IN (1, "id")', '"a" IN (1, "r")'),
    ('"a" BETWEEN 1 AND 2', '"a" BETWEEN 1 AND 3'),
    ('"a" BETWEEN 1 AND 2', '"a" NOT BETWEEN 1 AND 2'),
    ('"r" >= 1.5', '"r" >= 1.51'),
    ('"r" >= 0.12345678901234566', '"r" >= 0.12345678901234568'),
    ("\"c\" = x'00ff'", "\"c\" = x'00fe'"),
    ("\"c\" = x'00ff'", "\"c\" = '00ff'"),
    ('"flag"', 'NOT "flag"'),
    ('"flag"', '"flag" = 2'),
    ('"flag" = 1', '"flag" = 0'),
    ('"flag"', '"other"'),
    ('"a"', '"a" = 1'),
    ('NOT "a"', '"a" = 0'),
    ("\"flag\" = '1'", '"flag" = 1'),
    ('"flag" = 1 + 1', '"flag" + 1'),
    ('"a" = "flag" = 1', '"a" = "flag"'),
    ('"a" BETWEEN 0 AND "flag" = 0', '"a" BETWEEN 0 AND (NOT "flag")'),
    ("\"d\" > CAST('1.5' AS NUMERIC)", "\"d\" > CAST('1.6' AS REAL)"),
    ("\"d\" > CAST('1.5' AS NUMERIC)", "\"d\" > CAST('1.5' AS TEXT)"),
    ("\"d\" > CAST('x' AS NUMERIC)", "\"d\" > CAST('x' AS REAL)"),
    ('CAST("b" AS integer) > 1', 'CAST("b" AS real) > 1'),
    ("LOWER(\"b\") = 'x'", "UPPER(\"b\") = 'x'"),
    ("COALESCE(\"b\", '') = 'x'", "COALESCE(\"b\", 'y') = 'x'"),
    ('LENGTH("b") > 1', 'LENGTH("c") > 1'),
    (
        "django_datetime_extract('year', \"at\", 'UTC', 'UTC') = 2020",
        "django_datetime_extract('month', \"at\", 'UTC', 'UTC') = 2020",
    ),
    (
        'CASE WHEN "a" > 1 THEN 1 ELSE 0 END',
        'CASE WHEN "a" > 1 THEN 0 ELSE 1 END',
    ),
    ("\"j\" -> 'x' = 1", "\"j\" ->> 'x' = 1"),
]


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_one_expression(same: Callable[..., bool], one: str, other: str) -> None:
    assert same(one, other)
    assert same(one, other, Role.KEY)


@pytest.mark.parametrize(("one", "other"), MUTATED)
def test_two_expressions(same: Callable[..., bool], one: str, other: str) -> None:
    assert not same(one, other)
    assert not same(one, other, Role.KEY)


@pytest.mark.parametrize(
    ("one", "other", "type_name"),
    [
        ("5", "'5'", "integer"),
        ("5", "(+5)", "integer"),
        ("TRUE", "1", "bool"),
        ("1.0", "1", "real"),
        ("'x'", "'x'", "varchar(5)"),
        ("5", "'5'", "text"),
        ("CAST('1.5' AS NUMERIC)", "CAST('1.5' AS REAL)", "decimal"),
        ("CAST('1.50' AS NUMERIC)", "1.5", "decimal"),
        ("CURRENT_TIMESTAMP", "current_timestamp", "datetime"),
        ("60 * 60", "3600", "bigint"),
        ("'2020-01-01'", "'2020-01-01'", "datetime"),
        ("(NULL)", "null", "integer"),
        ("x'00'", "X'00'", "BLOB"),
        ("lower('A')", "LOWER('A')", "text"),
        ('"a" + 1', "a+1", "integer"),
    ],
)
def test_one_value(
    same: Callable[..., bool], one: str, other: str, type_name: str
) -> None:
    assert same(one, other, Role.VALUE, type_name)


@pytest.mark.parametrize(
    ("one", "other", "type_name"),
    [
        ("5", "6", "integer"),
        ("5", "5.5", "integer"),
        ("'x'", "'X'", "text"),
        ("''", "NULL", "text"),
        ("1", "0", "bool"),
        ("1", "'1'", "BLOB"),
        ("'1'", "x'31'", "text"),
        ("x'00'", "x'01'", "BLOB"),
        ("0.1", "0.10000000000000002", "real"),
        ("'1.5'", "'1.50'", "text"),
        ("CURRENT_TIMESTAMP", "CURRENT_DATE", "datetime"),
        ("CURRENT_TIMESTAMP", "'CURRENT_TIMESTAMP'", "datetime"),
        ("lower('A')", "upper('A')", "text"),
        ("random()", "1", "integer"),
        ('"a" + 1', '"a" + 2', "integer"),
        ('"a" + 1', '"id" + 1', "integer"),
    ],
)
def test_two_values(
    same: Callable[..., bool], one: str, other: str, type_name: str
) -> None:
    assert not same(one, other, Role.VALUE, type_name)


def test_type_is_said_in_one_spelling(same: Callable[..., bool]) -> None:
    assert same("VARCHAR ( 30 )", "varchar(30)", Role.TYPE)
    assert not same("int", "integer", Role.TYPE)


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("nonsense(1)", "no such function: nonsense"),
        ("gone > 1", "no such column: gone"),
        ("b = 'x' COLLATE klingon", "no such collation sequence: klingon"),
        ("a >", 'near ")": syntax error'),
        ("a > ?", "no token of SQLite's starts at '?'"),
        ("'open", "no token of SQLite's starts at '''"),
        ("a > 1)) --", "a parenthesis is closed that was not open"),
        ("1) FROM sqlite_master; (2", "a parenthesis is closed that was not open"),
        ("(a > 1", "a parenthesis is left open"),
        ("", 'near ")": syntax error'),
    ],
)
def test_text_that_does_not_compile_spoils_no_other(
    scratch: DatabaseWrapper, sql: str, problem: str
) -> None:
    good, bad, also_good = map(_question, ('"a" > 1', sql, "a > 1"))
    answers = SQLite().answer(scratch, [good, bad, also_good])
    assert answers[bad] == Answer(problem=f"SQLite cannot compile it: {problem}")
    assert answers[good] == answers[also_good]
    assert answers[good].problem is None


def test_tables_of_one_name_and_many_tables_keep_apart(
    scratch: DatabaseWrapper,
) -> None:
    tables = [
        Table(name, (Column("a", type_),))
        for name, type_ in [("t", "integer"), ("T ", "real"), ('"', "text")]
    ]
    questions = [Question(t, t.name, Role.CONDITION, "a > 1") for t in tables]
    answers = SQLite().answer(scratch, questions)
    assert list(answers) == questions
    assert {answer.problem for answer in answers.values()} == {None}
    assert len({answer.canonical for answer in answers.values()}) == 3


def test_row_sources_of_one_table_are_joined(scratch: DatabaseWrapper) -> None:
    questions = [
        Question(Table("t", (Column(name, "int"),)), "t", Role.CONDITION, f"{name} > 1")
        for name in ("a", "b")
    ]
    answers = SQLite().answer(scratch, questions)
    assert {answer.problem for answer in answers.values()} == {None}


def test_table_that_cannot_be_made_is_said(scratch: DatabaseWrapper) -> None:
    question = Question(Table("t", ()), "t", Role.CONDITION, "1")
    assert SQLite().answer(scratch, [question]) == {
        question: Answer(
            problem='SQLite cannot make a table of its columns: near ")": syntax error'
        )
    }


def test_nothing_asked_nothing_answered(scratch: DatabaseWrapper) -> None:
    assert SQLite().answer(scratch, []) == {}


def test_file_of_the_user_is_not_asked(scratch: DatabaseWrapper) -> None:
    run(scratch, "create table t (a int)")
    path = Path(scratch.settings_dict["NAME"])
    before = path.read_bytes()
    with CaptureQueriesContext(scratch) as queries:
        SQLite().answer(scratch, [_question("a > 1"), _question("1", Role.VALUE)])
    assert len(queries) == 0
    assert path.read_bytes() == before


def test_functions_of_the_project_are_known(scratch: DatabaseWrapper) -> None:
    def add(connection: DatabaseWrapper, **_: object) -> None:
        memory: sqlite3.Connection = connection.connection
        memory.create_function("slug", 1, str.lower, deterministic=True)

    connection_created.connect(add)
    try:
        questions = _question("slug(b) = b"), _question("SLUG(b)=b")
        answers = SQLite().answer(scratch, questions)
    finally:
        connection_created.disconnect(add)
    assert answers[questions[0]] == answers[questions[1]]
    assert answers[questions[0]].problem is None


def test_options_meant_for_the_file_are_left_out(
    connect: Callable[..., DatabaseWrapper], tmp_path: Path
) -> None:
    touched = tmp_path / "touched.sqlite3"
    connection = connect(
        tmp_path / "x.sqlite3",
        init_command=f"ATTACH '{touched}' AS o; CREATE TABLE o.t (a);",
    )
    SQLite().answer(connection, [_question("a > 1")])
    assert list(tmp_path.iterdir()) == []
