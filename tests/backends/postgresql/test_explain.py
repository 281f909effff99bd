"""Texts as Django emits them against what the catalog makes of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from django_schemaguard.backends.base import Answer, Limits, Question, Role
from django_schemaguard.backends.postgresql import PostgreSQL
from django_schemaguard.core.schema import Column, Table
from tests.backends.postgresql.asking import fetch, read_table, run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper

pytestmark = pytest.mark.vendors("postgresql")

BACKEND = PostgreSQL()

# Columns named by what they are; the odd ones are named as users do.
COLUMNS = '''
    "id" bigint, "n" integer, "m" integer, "small" smallint, "big" bigint,
    "price" numeric(10, 2), "rate" double precision, "flag" boolean,
    "name" varchar(30), "code" varchar(10) COLLATE "C", "body" text,
    "day" date, "at" timestamp with time zone, "clock" time, "span" interval,
    "key" uuid, "doc" jsonb, "tags" varchar(10)[], "ranks" integer[],
    "period" tstzrange, "ip" inet, "raw" bytea, "mood" mood, "pos" positive,
    "pair" pair, "order" integer, "two words" integer, "say ""hi""" integer,
    "100%" integer, "Größe" integer, "a.b" integer, "char" "char", "CamelCase" text
'''

# The text Django emits, and texts near it that mean something else.
CONDITIONS = [
    ('"t" IS NOT NULL', '"t" IS NULL', '"n" IS NOT NULL'),
    ('"n" >= 0', '"n" > 0', '"n" >= 1', '"m" >= 0'),
    ('"n" IN (1, 2, 3)', '"n" IN (1, 2, 4)', '"n" IN (1, 2)', 'NOT ("n" IN (1, 2, 3))'),
    ("\"name\" IN ('a', 'b')", "\"name\" IN ('a', 'B')"),
    (
        "\"name\" IN ('a,b', 'c')",
        "\"name\" IN ('a', 'b,c')",
        "\"name\" IN ('a', 'b', 'c')",
    ),
    ('NOT ("n" IN (1, 2))', 'NOT ("n" IN (2, 3))'),
    ('("n" > 0 AND "m" > 0)', '("n" > 0 OR "m" > 0)', '("n" > 0)'),
    ('("n" > 0 OR ("m" > 0 AND "big" > 0))', '(("n" > 0 OR "m" > 0) AND "big" > 0)'),
    ('NOT ("n" = 1 AND "m" = 2)', 'NOT ("n" = 1 OR "m" = 2)'),
    ('"name" IS NOT NULL', '"name" IS NULL'),
    ('"flag"', 'NOT "flag"'),
    ('NOT "flag"', '"flag" IS FALSE'),
    ('"n" BETWEEN 1 AND 9', '"n" BETWEEN 1 AND 8', '"n" BETWEEN SYMMETRIC 9 AND 1'),
    ("\"code\" COLLATE \"POSIX\" BETWEEN 'a' AND 'b'", "\"code\" BETWEEN 'a' AND 'b'"),
    ('"n" < "m"', '"m" < "n"', '"n" <= "m"'),
    ("\"price\" >= '0.00'::numeric(10, 2)", "\"price\" >= '0.01'::numeric(10, 2)"),
    ("\"price\" > '1.5'", "\"price\" > '1.6'"),
    (
        "\"name\"::text LIKE 'a%'",
        "\"name\"::text LIKE '%a'",
        "\"name\"::text LIKE 'a%%'",
    ),
    ("UPPER(\"name\"::text) = UPPER('x')", "UPPER(\"name\"::text) = UPPER('y')"),
    ("\"name\"::text ~ '^[a-z]+$'", "\"name\"::text ~* '^[a-z]+$'"),
    ("\"day\" >= '2020-01-01'::date", "\"day\" >= '2020-01-02'::date"),
    (
        "\"at\" >= '2020-01-01 00:00:00+00:00'::timestamptz",
        "\"at\" >= '2020-01-01 00:00:00+01:00'::timestamptz",
    ),
    ("\"clock\" < '12:00:00'::time", "\"clock\" < '12:00:01'::time"),
    ("\"span\" > '1 day'::interval", "\"span\" > '1 day 00:00:01'::interval"),
    (
        "\"key\" <> '11111111-1111-1111-1111-111111111111'::uuid",
        "\"key\" <> '11111111-1111-1111-1111-111111111112'::uuid",
    ),
    (
        "(\"doc\" -> 'a') = '1'::jsonb",
        "(\"doc\" -> 'b') = '1'::jsonb",
        "(\"doc\" #> '{a}') = '1'",
    ),
    ("\"doc\" ? 'a'", "\"doc\" ? 'b'", "\"doc\" ?| ARRAY['a']"),
    (
        "\"tags\" @> (ARRAY['x'])::varchar(10)[]",
        "\"tags\" <@ (ARRAY['x'])::varchar(10)[]",
    ),
    ('CARDINALITY("ranks") > 2', 'CARDINALITY("ranks") > 3'),
    ("\"period\" && '[2020-01-01,2021-01-01)'::tstzrange", 'upper_inf("period")'),
    ("\"ip\" << '10.0.0.0/8'", "\"ip\" <<= '10.0.0.0/8'"),
    ("\"raw\" = '\\x00ff'::bytea", "\"raw\" = '\\x00fe'::bytea"),
    ("\"mood\" = 'sad'", "\"mood\" = 'glad'"),
    ('"pos" > 3', '"pos" > 4'),
    ('("pair").a > 1', '("pair").b > 1'),
    ('"order" > 0', '"n" > 0'),
    ('"two words" > 0 AND "say ""hi""" > 0', '"two words" > 0 AND "a.b" > 0'),
    ('"100%" % 2 = 0', '"100%" % 3 = 0'),
    ('"Größe" > 0', '"Größe" < 0'),
    ('"t"."n" > 0', '"t"."m" > 0'),
    ("COALESCE(\"body\", '') <> ''", "COALESCE(\"body\", ' ') <> ''"),
    (
        'CASE WHEN "flag" THEN "n" > 0 ELSE TRUE END',
        'CASE WHEN "flag" THEN "n" > 0 ELSE FALSE END',
    ),
    ('"small" + 1 < "big"', '"small" - 1 < "big"'),
    ('("n")::double precision = "rate"', '("n")::real = "rate"'),
    ('"n" > 1 -- more than one', '"n" > 2 -- more than one'),
    ("\"body\" <> 'it''s; ok)'", "\"body\" <> 'its; ok)'"),
    ("\"body\" <> E'a\\nb'", "\"body\" <> E'a\\n\\nb'"),
    ("\"char\" = 'x'", "\"char\" = 'y'"),
    ("\"CamelCase\" <> ''", "\"body\" <> ''"),
    ('"n" IS DISTINCT FROM "m"', '"n" IS NOT DISTINCT FROM "m"'),
    ('"body" = \'COLLATE "C"\'', '"body" = \'COLLATE "D"\''),
]
KEYS = [
    ('UPPER("name")', 'LOWER("name")', 'UPPER("body")'),
    ('("n" + 1)', '("n" + 2)'),
    ("(\"doc\" -> 'a')", "(\"doc\" ->> 'a')"),
    ('("body" || \'-\' || "name")', '("body" || \'_\' || "name")'),
    ('(EXTRACT(YEAR FROM "day"))', '(EXTRACT(MONTH FROM "day"))'),
    ('(("name" COLLATE "C") || "body")', '(("name" COLLATE "POSIX") || "body")'),
    ("(to_tsvector('english', \"body\"))", "(to_tsvector('simple', \"body\"))"),
    ("(\"at\" AT TIME ZONE 'UTC')", "(\"at\" AT TIME ZONE 'CET')"),
    ('(abs("n"))', '(abs("m"))'),
    ('("pair").a', '("pair").b'),
]
VALUES = [
    ("integer", "5", "6"),
    ("bigint", "5", "-5"),
    ("numeric(10, 2)", "1.5", "1.51"),
    ("double precision", "1.5", "1.25"),
    ("varchar(30)", "'it''s 100%'", "'its 100%'"),
    ("text", "''", "' '"),
    ("boolean", "true", "false"),
    ("date", "'2020-02-03'::date", "'2020-03-02'::date"),
    ("timestamptz", "STATEMENT_TIMESTAMP()", "CURRENT_TIMESTAMP", "clock_timestamp()"),
    (
        "timestamptz",
        "'2020-01-01 00:00:00+00:00'::timestamptz",
        "'2020-01-01'::timestamptz - '1 s'::interval",
    ),
    ("interval", "'3 days'::interval", "'3 days 1 us'::interval"),
    ("uuid", "gen_random_uuid()", "NULL::uuid"),
    ("jsonb", "'{\"a\": [1, 2]}'::jsonb", "'{\"a\": [2, 1]}'::jsonb"),
    ("jsonb", "'null'::jsonb", "NULL"),
    ("varchar(10)[]", "'{a,b}'::varchar(10)[]", "'{b,a}'::varchar(10)[]"),
    ("integer[]", "ARRAY[1, 2]", "ARRAY[2, 1]"),
    ("mood", "'sad'", "'glad'"),
    ("positive", "3", "4"),
    ("bytea", "'\\x00ff'::bytea", "'\\x00fe'::bytea"),
    ("inet", "'10.0.0.1'", "'10.0.0.2'"),
    ("text", "UPPER('a') || 'b'", "UPPER('a') || 'c'"),
    ("double precision", "PI()", "PI() * 2"),
    ('"char"', "'x'", "'y'"),
]
GENERATED = [
    ("integer", '"n" + "m"', '"n" - "m"'),
    ("varchar(20)", 'UPPER("name")', 'LOWER("name")'),
    ("numeric(10, 2)", '"price" * 2', '"price" * 3'),
    ("text", "COALESCE(\"body\", '') || '%'", "COALESCE(\"body\", '') || '%%'"),
    ("boolean", '("n" > 0)', '("n" >= 0)'),
    ("integer", '"100%" * "Größe"', '"100%" * "order"'),
]


@pytest.fixture
def types(space: BaseDatabaseWrapper) -> BaseDatabaseWrapper:
    run(
        space,
        "CREATE TYPE mood AS ENUM ('sad', 'glad')",
        "CREATE DOMAIN positive AS int CHECK (VALUE > 0)",
        "CREATE TYPE pair AS (a int, b int)",
    )
    return space


def answers_of(
    connection: BaseDatabaseWrapper,
    table: Table,
    role: Role,
    texts: Sequence[str],
    type_name: str | None = None,
) -> list[Answer]:
    questions = [Question(table, table.name, role, text, type_name) for text in texts]
    with BACKEND.bounded(connection, Limits()):
        answers = BACKEND.answer(connection, questions)
    return [answers[question] for question in questions]


def assert_only_the_first_is_the_catalogs(answers: list[Answer]) -> None:
    """The catalog's text comes first, Django's second, then what differs."""
    assert [answer.problem for answer in answers] == [None] * len(answers)
    canonical = [answer.canonical for answer in answers]
    assert canonical[0] == canonical[1]
    assert canonical[0] not in canonical[2:]


@pytest.mark.parametrize("texts", [pytest.param(it, id=it[0]) for it in CONDITIONS])
def test_condition(types: BaseDatabaseWrapper, texts: tuple[str, ...]) -> None:
    run(types, f"CREATE TABLE t ({COLUMNS}, CHECK ({texts[0]}\n))")
    table = read_table(types)

    answers = answers_of(
        types, table, Role.CONDITION, [table.checks[0].expression.sql, *texts]
    )

    assert_only_the_first_is_the_catalogs(answers)


@pytest.mark.parametrize("texts", [pytest.param(it, id=it[0]) for it in KEYS])
def test_key(types: BaseDatabaseWrapper, texts: tuple[str, ...]) -> None:
    run(types, f"CREATE TABLE t ({COLUMNS})", f"CREATE INDEX ON t (({texts[0]}))")
    table = read_table(types)
    (key,) = table.indexes[0].keys

    answers = answers_of(types, table, Role.KEY, [key.expression.sql, *texts])

    assert_only_the_first_is_the_catalogs(answers)


@pytest.mark.parametrize(
    ("type_name", "texts"),
    [pytest.param(it[0], it[1:], id=f"{it[0]}-{it[1]}") for it in VALUES],
)
def test_default(
    types: BaseDatabaseWrapper, type_name: str, texts: tuple[str, ...]
) -> None:
    run(types, f"CREATE TABLE t (c {type_name} DEFAULT {texts[0]})")
    table = read_table(types)
    (column,) = table.columns

    answers = answers_of(
        types, table, Role.VALUE, [column.default.sql, *texts], column.type
    )

    assert_only_the_first_is_the_catalogs(answers)


@pytest.mark.parametrize(
    ("type_name", "texts"),
    [pytest.param(it[0], it[1:], id=f"{it[0]}-{it[1]}") for it in GENERATED],
)
def test_generated(
    types: BaseDatabaseWrapper, type_name: str, texts: tuple[str, ...]
) -> None:
    run(
        types,
        f"CREATE TABLE t ({COLUMNS},"
        f" g {type_name} GENERATED ALWAYS AS ({texts[0]}) STORED)",
    )
    table = read_table(types)
    column = table.column("g")

    answers = answers_of(
        types, table, Role.VALUE, [column.generated.sql, *texts], column.type
    )

    assert_only_the_first_is_the_catalogs(answers)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param('"n" IN (1, 2, 3)', '"n" IN (3, 1, 2)', id="set"),
        pytest.param(
            "\"name\" IN ('b', 'a,c', 'NULL', '{x}')",
            "\"name\" IN ('{x}', 'a,c', 'NULL', 'b')",
            id="set-of-odd-words",
        ),
        pytest.param(
            "\"name\" NOT IN ('b''s', 'a\\c', 'ä')",
            "\"name\" NOT IN ('ä', 'a\\c', 'b''s')",
            id="not-in-a-set",
        ),
        pytest.param(
            '"n" IN (1, "m", 2)', '"n" IN (2, 1, "m")', id="set-with-a-column"
        ),
        pytest.param(
            '"code" COLLATE "C" = \'x\'',
            '"code" COLLATE pg_catalog."C" = \'x\'',
            id="collation-path",
        ),
        pytest.param('"n" > 0', "n>0", id="needless-quotes"),
        pytest.param('"n" > 0', '"t"."n" > 0', id="qualified"),
        pytest.param('"n" > 0', '(("n" > (0)))', id="parentheses"),
        pytest.param('"n" > 0', '/* why */ "n" > 0 -- why', id="comments"),
    ],
)
def test_same_meaning(types: BaseDatabaseWrapper, one: str, other: str) -> None:
    run(types, f"CREATE TABLE t ({COLUMNS})")

    first, second = answers_of(types, read_table(types), Role.CONDITION, [one, other])

    assert first.problem is None
    assert first == second


def test_order_of_an_array_that_is_not_a_set_matters(
    types: BaseDatabaseWrapper,
) -> None:
    run(types, f"CREATE TABLE t ({COLUMNS})")

    first, second = answers_of(
        types,
        read_table(types),
        Role.CONDITION,
        ["\"ranks\" = '{1,2}'::integer[]", "\"ranks\" = '{2,1}'::integer[]"],
    )

    assert first != second


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        pytest.param("varchar(10)[]", "character varying(10)[]", id="array"),
        pytest.param("serial", "integer", id="serial"),
        pytest.param("space.mood", "mood", id="path"),
        pytest.param("mood", "mood", id="enum"),
        pytest.param("positive", "positive", id="domain"),
        pytest.param("pair", "pair", id="composite"),
        pytest.param("positive[]", "positive[]", id="array-of-domain"),
        pytest.param("numeric(7,3)", "numeric(7,3)", id="precision"),
        pytest.param("NUMERIC (5)", "numeric(5,0)", id="scale"),
    ],
)
def test_type(types: BaseDatabaseWrapper, name: str, canonical: str) -> None:
    run(types, "CREATE TABLE t ()")

    assert answers_of(types, read_table(types), Role.TYPE, [name]) == [
        Answer(canonical)
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("gone > 0", 'column "gone" does not exist', id="column"),
        pytest.param("gone(n)", "function gone(integer) does not exist", id="function"),
        pytest.param(
            "n = 'x'", 'invalid input syntax for type integer: "x"', id="literal"
        ),
        pytest.param("n > 1/0", "division by zero", id="folding"),
        pytest.param("n >", 'syntax error at or near ")"', id="syntax"),
        pytest.param(
            "n > 0) OR (n < 0", "it is not one SQL expression", id="parentheses"
        ),
        pytest.param(
            "n > 0; DROP TABLE t", "it is not one SQL expression", id="statements"
        ),
        pytest.param("n > '0", "it is not one SQL expression", id="open-string"),
        pytest.param("", "it is not one SQL expression", id="empty"),
    ],
)
def test_broken_text_spoils_no_other(
    types: BaseDatabaseWrapper, text: str, problem: str
) -> None:
    run(types, f"CREATE TABLE t ({COLUMNS})", "CREATE TABLE u (a int)")
    table, other = read_table(types), read_table(types, "u")
    good = [Question(table, "t", Role.CONDITION, f"n > {i}") for i in range(9)]
    alien = Question(other, "u", Role.CONDITION, "a > 0")
    bad = Question(table, "t", Role.CONDITION, text)

    with BACKEND.bounded(types, Limits()):
        answers = BACKEND.answer(types, [*good[:4], bad, *good[4:], alien])

    assert answers[bad] == Answer(problem=problem)
    assert [answers[it].canonical for it in good] == [f"(t.n > {i})" for i in range(9)]
    assert answers[alien] == Answer("(u.a > 0)")
    assert fetch(types, "SELECT 1") == 1


def test_column_of_an_unknown_type_spoils_only_what_names_it(
    types: BaseDatabaseWrapper,
) -> None:
    table = Table("t", (Column("a", "integer"), Column("z", "no_such_type")))

    answers = answers_of(types, table, Role.CONDITION, ["a > 0", "z > 0"])

    assert answers == [
        Answer("(t.a > 0)"),
        Answer(problem='type "no_such_type" does not exist'),
    ]


def test_value_without_a_type_is_not_cast(types: BaseDatabaseWrapper) -> None:
    table = Table("t", (Column("a", "serial"),))

    assert answers_of(types, table, Role.VALUE, ["a + 1"]) == [Answer("(t.a + 1)")]


def test_tables_of_one_name_in_two_namespaces(types: BaseDatabaseWrapper) -> None:
    columns = (Column("a", "integer"),)
    questions = [
        Question(
            Table("t", columns, namespace=name), f"{name}.t", Role.CONDITION, "a > 0"
        )
        for name in ("one", "two")
    ]

    with BACKEND.bounded(types, Limits()):
        answers = BACKEND.answer(types, questions)

    assert [answers[question] for question in questions] == [Answer("(t.a > 0)")] * 2


def test_many_tables_and_many_expressions(types: BaseDatabaseWrapper) -> None:
    columns = tuple(Column(f"c{i}", "integer") for i in range(30))
    questions = [
        Question(
            Table(f"t{number}", columns), f"t{number}", Role.CONDITION, f"c{i} > {i}"
        )
        for number in range(25)
        for i in range(30)
    ]
    wide = Table("wide", columns)
    questions += [
        Question(wide, "wide", Role.CONDITION, f"c1 > {i}") for i in range(1_000)
    ]

    with BACKEND.bounded(types, Limits()):
        answers = BACKEND.answer(types, questions)

    assert [answers[question].canonical for question in questions] == [
        f"({question.table.name}.{question.sql})" for question in questions
    ]


def test_broken_text_among_many_tables_spoils_no_other(
    types: BaseDatabaseWrapper,
) -> None:
    columns = (Column("a", "integer"),)
    texts = ["a > 0"] * 30
    texts[17] = "b > 0"
    questions = [
        Question(Table(f"t{at}", columns), f"t{at}", Role.CONDITION, text)
        for at, text in enumerate(texts)
    ]

    with BACKEND.bounded(types, Limits()):
        answers = BACKEND.answer(types, questions)

    bad = questions.pop(17)
    assert answers.pop(bad) == Answer(problem='column "b" does not exist')
    assert answers == {
        question: Answer(f"({question.table.name}.a > 0)") for question in questions
    }


def test_no_questions_no_statement(types: BaseDatabaseWrapper) -> None:
    def refuse(*_: object) -> None:
        pytest.fail("a statement was sent")

    with types.execute_wrapper(refuse):
        assert BACKEND.answer(types, []) == {}


def test_odd_names_in_the_row_source(types: BaseDatabaseWrapper) -> None:
    name = 'a "b" %s.c'
    table = Table(name, (Column(name, "integer"), Column("d", "text", collation="C")))
    quoted = '"a ""b"" %s.c"'

    answers = answers_of(
        types, table, Role.CONDITION, [f"{quoted} > 0", f"{quoted}.{quoted} > 0"]
    )

    assert answers == [Answer(f"({quoted}.{quoted} > 0)")] * 2


def test_time_zone_and_styles_of_the_session_do_not_matter(
    types: BaseDatabaseWrapper,
) -> None:
    text = "\"at\" >= '2020-01-01 00:00:00+00:00'::timestamptz"
    run(types, f"CREATE TABLE t ({COLUMNS}, CHECK ({text}))")
    seen = set()
    for zone, style in (("UTC", "ISO"), ("America/Chicago", "German"), ("CET", "SQL")):
        run(
            types,
            f"SET LOCAL timezone TO '{zone}'",
            f"SET LOCAL datestyle TO '{style}'",
        )
        table = read_table(types)
        catalog, django = answers_of(
            types, table, Role.CONDITION, [table.checks[0].expression.sql, text]
        )
        seen.add(catalog.canonical)
        assert catalog == django
        assert catalog.problem is None
    assert len(seen) == 3


def test_locked_row_source_does_not_matter(
    types: BaseDatabaseWrapper, other_session: BaseDatabaseWrapper
) -> None:
    run(other_session, "CREATE TABLE committed.t (a int CHECK (a > 0))")
    run(types, "SET LOCAL search_path TO committed")
    table = read_table(types)
    run(other_session, "BEGIN", "LOCK TABLE committed.t IN ACCESS EXCLUSIVE MODE")

    answers = answers_of(types, replace(table), Role.CONDITION, ["a > 0"])

    assert answers == [Answer("(t.a > 0)")]
    run(other_session, "ROLLBACK")
