"""The server takes its own catalog's text and the text it was made from for one."""

from __future__ import annotations

import pytest

from django_schemaguard.backends.base import Answer, Question, Role
from django_schemaguard.core.schema import Table
from django_schemaguard.exceptions import DatabaseUnreachable
from tests.backends.mysql.conftest import BACKEND, Scratch

COLUMNS = """
    `id` bigint AUTO_INCREMENT PRIMARY KEY,
    `n` integer UNSIGNED NOT NULL,
    `m` integer NULL,
    `price` numeric(5, 2) NOT NULL,
    `name` varchar(30) NOT NULL,
    `code` varchar(30) COLLATE latin1_bin NOT NULL,
    `note` longtext NULL,
    `at` datetime(6) NULL,
    `day` date NULL,
    `tod` time(6) NULL,
    `flag` bool NOT NULL,
    `ratio` double precision NULL,
    `data` json NULL,
    `uid` uuid NULL,
    `other_uid` uuid NULL,
    `ip` inet6 NULL,
    `raw` longblob NULL,
    `kind` enum('a','b') NULL,
    `place` point NULL,
    `bits` bit(3) NULL,
    `Mixed Case``%` integer NULL
"""
CONDITIONS = [
    "`n` >= 0",
    "`shop`.`n` >= 0",
    "n>=0 AND m<10",
    "(`n` > 1 AND (`m` > 2 OR `m` IS NULL))",
    "((`n` > 1 AND `m` > 2) OR `m` IS NULL)",
    "NOT (`n` > 5)",
    "NOT (`n` > 5 AND `m` > 5)",
    "NOT (`m` IS NULL)",
    "`n` IN (1, 2, 3)",
    "NOT (`n` IN (1, 2, 3))",
    "`n` BETWEEN 1 AND 3",
    "`name` = 'it''s'",
    "`name` = 'back\\\\slash'",
    "`name` = '100%'",
    "`name` = '%s %(x)s'",
    "`name` = 'AS `q`, ) union all'",
    "`name` LIKE 'a%'",
    "`name` LIKE BINARY '%b%'",
    "`name` REGEXP BINARY '^[a-z]+$'",
    "`name` IN ('a', 'b')",
    "`name` = '\u00e9\u20ac'",
    "`code` = 'x'",
    "`code` < `name` COLLATE utf8mb4_bin",
    "`price` >= '0.50'",
    "`price` > 0.5",
    "`price` <= CAST('1.5' AS DECIMAL(5, 2))",
    "`at` >= '2020-01-01 00:00:00'",
    "`at` BETWEEN '2020-01-01 00:00:00' AND '2020-12-31 23:59:59.999999'",
    "`day` > DATE'2020-01-01'",
    "`at` > `day` + INTERVAL 1 DAY",
    "DATE_ADD(`at`, INTERVAL '1 00:00:00' DAY_SECOND) > `at`",
    "EXTRACT(YEAR FROM `day`) = 2020",
    "CAST(CONVERT_TZ(`at`, 'UTC', 'America/Chicago') AS DATE) > '2020-01-01'",
    "`tod` > '10:00:00'",
    "`flag`",
    "NOT `flag`",
    "`flag` = 1 XOR `n` = 1",
    "`ratio` < 1.5e0",
    "MOD(`n`, 2) = 0",
    "`n` % 2 = 0",
    "(`n` & 4) = 4",
    "`n` + `m` * 2 > (`n` + `m`) * 2",
    "JSON_EXTRACT(`data`, '$.\"a b\"') = JSON_EXTRACT('1', '$')",
    "JSON_UNQUOTE(JSON_EXTRACT(`data`, '$.a')) = 'x'",
    "JSON_CONTAINS_PATH(`data`, 'one', '$.a')",
    "`uid` = '3f1b7b62-6a0c-4f4c-9a3c-1d4c6c0b9a11'",
    "`ip` = '::1'",
    "`raw` <> X'00FF'",
    "`raw` <> _binary'abc'",
    "`kind` = 'a'",
    "ST_X(`place`) > 1.5",
    "`bits` = b'101'",
    "`Mixed Case``%` > 1",
    "`mixed case``%` IS NULL",
    "LENGTH(`name`) > 2",
    "CHAR_LENGTH(`name`) > 2",
    "LOWER(`name`) = `name`",
    "COALESCE(`m`, 1) > 0",
    "CASE WHEN `n` > 3 THEN `m` > 1 ELSE `m` > 2 END",
    "CONCAT_WS('', `name`, `note`) <> ''",
    "CONCAT(IFNULL(`name`, ''), IFNULL(`note`, '')) > 'a'",
    "GREATEST(`n`, 1) = `n`",
    "POW(`n`, 2) < 100",
    "`name` = `note` IS NULL",
    "1 = 1",
    "TRUE",
]


@pytest.fixture
def shop(scratch: Scratch) -> Table:
    scratch.run(f"CREATE TABLE `shop` ({COLUMNS})")
    return scratch.table("shop")


def test_a_condition_reads_the_same_from_the_catalog(scratch: Scratch) -> None:
    checks = ", ".join(
        f"CONSTRAINT `c{number}` CHECK ({text})"
        for number, text in enumerate(CONDITIONS)
    )
    scratch.run(f"CREATE TABLE `shop` ({COLUMNS}, {checks})")
    table = scratch.table("shop")
    printed = {check.name: check.expression.sql for check in table.checks}
    theirs = [printed[f"c{number}"] for number in range(len(CONDITIONS))]

    ours = scratch.ask(table, Role.CONDITION, *CONDITIONS)
    same = scratch.ask(table, Role.CONDITION, *theirs)

    assert [answer.problem for answer in ours + same] == [None] * len(ours + same)
    differing = [
        (text, one.canonical, other.canonical)
        for text, one, other in zip(CONDITIONS, ours, same, strict=True)
        if one != other
    ]
    assert differing == []


MUTATIONS = [
    ("`n` >= 0", "`n` > 0"),
    ("`n` >= 0", "`n` >= 1"),
    ("`n` >= 0", "`m` >= 0"),
    ("`n` >= 0", "`n` >= -0.5"),
    ("`n` >= 0", "`n` >= 0 OR `n` IS NULL"),
    ("`n` >= 0", "`n` <= 0"),
    ("`n` >= 0", "NOT (`n` >= 0)"),
    ("`n` > 1 AND (`m` > 2 OR `m` IS NULL)", "(`n` > 1 AND `m` > 2) OR `m` IS NULL"),
    ("`n` > 1 AND `m` > 2", "`n` > 1 OR `m` > 2"),
    ("`n` + `m` * 2 > 1", "(`n` + `m`) * 2 > 1"),
    ("`n` - (`m` - 1) > 1", "`n` - `m` - 1 > 1"),
    ("NOT (`n` = 1 AND `m` = 1)", "NOT (`n` = 1) AND `m` = 1"),
    ("`n` IN (1, 2, 3)", "`n` IN (1, 2)"),
    ("`n` IN (1, 2, 3)", "`n` IN (1, 2, 4)"),
    ("`n` BETWEEN 1 AND 3", "`n` BETWEEN 1 AND 4"),
    ("`m` IS NULL", "`m` IS NOT NULL"),
    ("`name` = 'a'", "`name` = 'A'"),
    ("`name` = 'a'", "`name` = 'a '"),
    ("`name` = 'a'", "`note` = 'a'"),
    ("`name` = 'a'", "BINARY `name` = 'a'"),
    ("`name` = 'a'", "`name` = 'a' COLLATE utf8mb4_bin"),
    ("`name` = 'a' COLLATE utf8mb4_general_ci", "`name` = 'a' COLLATE utf8mb4_bin"),
    ("`name` LIKE 'a%'", "`name` LIKE BINARY 'a%'"),
    ("`name` LIKE 'a%'", "`name` LIKE 'a_'"),
    ("`name` LIKE 'a%'", "`name` LIKE 'a%' ESCAPE '!'"),
    ("`name` LIKE 'a%'", "`name` NOT LIKE 'a%'"),
    ("`name` = 'it''s'", "`name` = 'its'"),
    ("`name` = '\\\\n'", "`name` = '\\n'"),
    ("`name` = '\u00e9'", "`name` = 'e'"),
    ("`price` >= '0.50'", "`price` >= '0.05'"),
    ("`price` >= 1.5", "`price` >= 1.05"),
    ("CAST(`m` AS DECIMAL(5, 2)) > 1", "CAST(`m` AS DECIMAL(6, 2)) > 1"),
    ("CAST(`m` AS CHAR(5)) > 'a'", "CAST(`m` AS CHAR(6)) > 'a'"),
    ("`at` > '2020-01-01'", "`at` > '2021-01-01'"),
    ("`at` > `day` + INTERVAL 1 DAY", "`at` > `day` + INTERVAL 1 MONTH"),
    ("`at` > `day` + INTERVAL 1 DAY", "`at` > `day` - INTERVAL 1 DAY"),
    ("EXTRACT(YEAR FROM `day`) = 1", "EXTRACT(MONTH FROM `day`) = 1"),
    ("CAST(`at` AS DATE) > '2020-01-01'", "CAST(`at` AS DATETIME) > '2020-01-01'"),
    (
        "CONVERT_TZ(`at`,'UTC','Asia/Tokyo') > `day`",
        "CONVERT_TZ(`at`,'UTC','UTC') > `day`",
    ),
    ("`flag`", "NOT `flag`"),
    ("`flag` = 1", "`flag` = 0"),
    ("MOD(`n`, 2) = 0", "MOD(`n`, 3) = 0"),
    ("`n` & 4", "`n` | 4"),
    ("JSON_EXTRACT(`data`, '$.a') = 1", "JSON_EXTRACT(`data`, '$.A') = 1"),
    (
        "JSON_EXTRACT(`data`, '$.a') = '1'",
        "JSON_UNQUOTE(JSON_EXTRACT(`data`, '$.a')) = '1'",
    ),
    (
        "`uid` > '3f1b7b62-6a0c-4f4c-9a3c-1d4c6c0b9a11'",
        "`other_uid` > '3f1b7b62-6a0c-4f4c-9a3c-1d4c6c0b9a11'",
    ),
    ("`raw` <> X'00FF'", "`raw` <> X'00FE'"),
    ("ST_X(`place`) > 1", "ST_Y(`place`) > 1"),
    ("LENGTH(`name`) > 2", "CHAR_LENGTH(`name`) > 2"),
    ("LOWER(`name`) = `name`", "UPPER(`name`) = `name`"),
    ("COALESCE(`m`, 1) > 0", "COALESCE(`m`, 2) > 0"),
    ("CASE WHEN `n` > 3 THEN 1 ELSE 0 END", "CASE WHEN `n` > 3 THEN 0 ELSE 1 END"),
    ("`n` <=> `m`", "`n` = `m`"),
    ("1 = 1", "1 = 0"),
    ("1 = 0 AND `n` > 1", "1 = 0 AND `n` > 2"),
    ("`n` = 1 OR TRUE", "`n` = 2 OR TRUE"),
]


@pytest.mark.parametrize("rows", [pytest.param(n, id=f"{n}-rows") for n in (0, 1)])
def test_a_changed_condition_reads_otherwise(
    scratch: Scratch, shop: Table, rows: int
) -> None:
    for _ in range(rows):
        scratch.run(
            "INSERT INTO shop (n, price, name, code, flag) VALUES (1,1,'','',1)"
        )
    ours = scratch.ask(shop, Role.CONDITION, *(one for one, _ in MUTATIONS))
    theirs = scratch.ask(shop, Role.CONDITION, *(other for _, other in MUTATIONS))

    assert [answer.problem for answer in ours + theirs] == [None] * len(ours + theirs)
    alike = [
        pair
        for pair, *sides in zip(MUTATIONS, ours, theirs, strict=True)
        if sides[0] == sides[1]
    ]
    assert alike == []


GENERATED = [
    ("varchar(80)", "CONCAT(`name`, ' ', `note`)"),
    ("varchar(80)", "LOWER(`name`)"),
    ("integer", "`n` * 2"),
    ("numeric(5, 2)", "`price` / 3"),
    ("json", "JSON_EXTRACT(`data`, '$.a')"),
    ("datetime(6)", "`at` + INTERVAL 1 DAY"),
    ("bool", "`n` > 1"),
    ("integer", "5"),
    ("double precision", "POW(`n`, 2)"),
]


def test_a_generated_column_reads_the_same_from_the_catalog(scratch: Scratch) -> None:
    columns = ", ".join(
        f"`g{number}` {kind} GENERATED ALWAYS AS ({text}) VIRTUAL"
        for number, (kind, text) in enumerate(GENERATED)
    )
    scratch.run(f"CREATE TABLE `shop` ({COLUMNS}, {columns})")
    table = scratch.table("shop")
    for number, (kind, text) in enumerate(GENERATED):
        column = table.column(f"g{number}")
        assert column is not None
        assert column.generated is not None
        one, other = scratch.ask(
            table, Role.VALUE, text, column.generated.sql, kind=kind
        )
        assert one.problem is None, text
        assert one == other, text


DEFAULTS = [
    ("decimal(5,2)", "1.5"),
    ("decimal(5,2)", "'1.5'"),
    ("decimal(5,2)", "(1.5)"),
    ("decimal(5,2)", "1.555"),
    ("decimal(5,2)", "(pi())"),
    ("decimal(5,2)", "(1 + 1.5)"),
    ("decimal(5,2)", "-0"),
    ("double precision", "1e10"),
    ("double precision", "0.1"),
    ("double precision", "(pi())"),
    ("float", "0.1234567"),
    ("integer", "'5'"),
    ("integer", "-5"),
    ("integer", "(- 5)"),
    ("integer", "(1 + 1)"),
    ("bigint", "9007199254740993"),
    ("bigint unsigned", "18446744073709551615"),
    ("bool", "true"),
    ("bool", "(false)"),
    ("bool", "1"),
    ("varchar(30)", "''"),
    ("varchar(30)", "'NULL'"),
    ("varchar(30)", "'it''s'"),
    ("varchar(30)", "'it\\'s'"),
    ("varchar(30)", "'a\\\\b'"),
    ("varchar(30)", "'tab\\tline\\nend'"),
    ("varchar(30)", "'100%'"),
    ("varchar(30)", "'\u00e9\u20ac'"),
    ("varchar(30)", "5"),
    ("varchar(30)", "x'4142'"),
    ("varchar(30)", "_utf8mb4'x'"),
    ("varchar(30)", "(LOWER('ABC'))"),
    ("varchar(30)", "(CONCAT('a', 'b'))"),
    ("longtext", "('x')"),
    ("json", "'{\"a\": 1}'"),
    ("json", "(JSON_OBJECT('a', 1))"),
    ("json", "(JSON_EXTRACT('{\"a\": 1}', '$'))"),
    ("datetime(6)", "CURRENT_TIMESTAMP(6)"),
    ("datetime(6)", "(NOW(6))"),
    ("datetime(6)", "'2020-01-01'"),
    ("datetime(6)", "'2020-01-01 10:00:00.5'"),
    ("datetime(6)", "timestamp'2020-01-01 00:00:00'"),
    ("timestamp", "'2020-01-01'"),
    ("date", "'2020-01-01'"),
    ("date", "20200101"),
    ("date", "(CURDATE())"),
    ("time(6)", "'10:00'"),
    ("uuid", "'3F1B7B626A0C4F4C9A3C1D4C6C0B9A11'"),
    ("uuid", "(UUID())"),
    ("char(32)", "(REPLACE(UUID(), '-', ''))"),
    ("inet6", "'::1'"),
    ("longblob", "x'00FF'"),
    ("longblob", "_binary'AB'"),
    ("binary(4)", "x'41'"),
    ("bit(3)", "b'101'"),
    ("bit(3)", "5"),
    ("year", "2020"),
    ("enum('a','b')", "'a'"),
    ("set('a','b')", "'a,b'"),
]


def test_a_default_reads_the_same_from_the_catalog(scratch: Scratch) -> None:
    columns = ", ".join(
        f"`d{number}` {kind} DEFAULT {text}"
        for number, (kind, text) in enumerate(DEFAULTS)
    )
    scratch.run(f"CREATE TABLE `shop` ({columns})")
    table = scratch.table("shop")
    differing = []
    for number, (kind, text) in enumerate(DEFAULTS):
        column = table.column(f"d{number}")
        assert column is not None
        assert column.default is not None, text
        one, other = scratch.ask(table, Role.VALUE, text, column.default.sql, kind=kind)
        if one != other or one.problem is not None:
            differing.append((kind, text, column.default.sql, one, other))
    assert differing == []


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        pytest.param("decimal(5,2)", "1.5", "1.05", id="decimal"),
        pytest.param("decimal(5,2)", "1.5", "NULL", id="null"),
        pytest.param("integer", "5", "-5", id="sign"),
        pytest.param("bigint", "9007199254740993", "9007199254740992", id="big"),
        pytest.param("double", "0.1", "0.10000001", id="double"),
        pytest.param("bool", "true", "false", id="boolean"),
        pytest.param("varchar(9)", "'a'", "'A'", id="case"),
        pytest.param("varchar(9)", "'a'", "'a '", id="trailing-space"),
        pytest.param("varchar(9)", "''", "'NULL'", id="empty-and-the-word-null"),
        pytest.param("varchar(9)", "'\u00e9'", "'e'", id="accent"),
        pytest.param("varchar(9)", "'5'", "'5.0'", id="digits-in-a-text"),
        pytest.param("varchar(9)", "'now()'", "now()", id="text-and-function"),
        pytest.param("varchar(9)", "LOWER('A')", "UPPER('A')", id="function"),
        pytest.param("json", "'{}'", "'[]'", id="json"),
        pytest.param("json", "'{}'", "JSON_OBJECT()", id="json-literal-and-function"),
        pytest.param("datetime(6)", "NOW(6)", "NOW(3)", id="fraction-of-now"),
        pytest.param("datetime(6)", "NOW(6)", "UTC_TIMESTAMP(6)", id="zone-of-now"),
        pytest.param("datetime(6)", "'2020-01-01'", "'2020-01-02'", id="datetime"),
        pytest.param("date", "'2020-01-01'", "CURDATE()", id="date-and-today"),
        pytest.param("time(6)", "'10:00'", "'10:00:00.1'", id="time"),
        pytest.param(
            "uuid",
            "'3f1b7b62-6a0c-4f4c-9a3c-1d4c6c0b9a11'",
            "'3f1b7b62-6a0c-4f4c-9a3c-1d4c6c0b9a12'",
            id="uuid",
        ),
        pytest.param("uuid", "UUID()", "SYS_GUID()", id="function-of-a-uuid"),
        pytest.param("longblob", "x'00FF'", "x'00FE'", id="bytes"),
        pytest.param("bit(3)", "b'101'", "b'100'", id="bits"),
        pytest.param("enum('a','b')", "'a'", "'b'", id="enum"),
    ],
)
def test_a_changed_default_reads_otherwise(
    scratch: Scratch, shop: Table, kind: str, one: str, other: str
) -> None:
    ours, theirs = scratch.ask(shop, Role.VALUE, one, other, kind=kind)
    assert ours != theirs


def test_a_broken_text_spoils_no_other(scratch: Scratch, shop: Table) -> None:
    texts = [f"`n` > {number}" for number in range(20)]
    texts[7] = "`gone` > 1"
    texts[11] = "`n` >"
    texts[13] = "NO_SUCH_FUNCTION(`n`)"
    found = scratch.ask(shop, Role.CONDITION, *texts)
    assert [n for n, answer in enumerate(found) if answer.problem] == [7, 11, 13]
    assert found[7] == Answer(
        problem="the server does not understand it: Unknown column 'gone' in 'SELECT'"
    )
    assert found[8] == Answer("`shop`.`n` > 8")


def test_a_broken_default_spoils_no_other(scratch: Scratch, shop: Table) -> None:
    good, broken, other = scratch.ask(
        shop, Role.VALUE, "'2020-01-01'", "'next week'", "'2021-01-01'", kind="date"
    )
    assert good.problem is None
    assert broken == Answer(problem="the server takes it for no value of date")
    assert other.problem is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("`name` = '\U0001f600'", id="outside-three-bytes"),
        pytest.param("`raw` = _binary'\\0\\x01'", id="bytes-with-escapes"),
        pytest.param("`raw` = _binary 'caf\u00e9'", id="bytes-beyond-ascii"),
    ],
)
def test_what_the_server_prints_wrongly_is_not_compared(
    scratch: Scratch, shop: Table, text: str
) -> None:
    assert scratch.ask(shop, Role.CONDITION, text) == [
        Answer(problem="the server does not print all of its characters")
    ]


def test_types_are_answered_without_the_server(scratch: Scratch, shop: Table) -> None:
    scratch.connection.mysql_server_data  # noqa: B018
    with scratch.counted() as statements:
        found = scratch.ask(shop, Role.TYPE, "INTEGER(11)", "bool")
    assert found == [Answer("int"), Answer("tinyint(1)")]
    assert statements == []


def test_hundreds_of_texts_take_few_statements(scratch: Scratch, shop: Table) -> None:
    tables = [
        Table(f"t{number}", shop.columns, collation=shop.collation)
        for number in range(200)
    ]
    questions = [
        Question(table, table.name, Role.CONDITION, f"`n` > {number} AND `uid` IS NULL")
        for table in tables
        for number in range(4)
    ]
    with scratch.counted() as statements:
        found = BACKEND.answer(scratch.connection, questions)
    assert len(statements) == 4
    assert {answer.problem for answer in found.values()} == {None}
    assert found[questions[5]] == Answer(
        "`source`.`n` > 1 and cast(`source`.`uid` as uuid) is null"
    )


def test_odd_names_of_tables_compile(scratch: Scratch) -> None:
    name = "we`ird \"x' % 'y"
    table = quote_table(name)
    scratch.run(f"CREATE TABLE {table} (`a``b %s` integer, CHECK (`a``b %s` > 1))")
    found = scratch.table(name)
    (check,) = found.checks
    texts = ("(`a``b %s`>1)", f"{table}.`a``b %s` > 1", check.expression.sql)
    answers = scratch.ask(found, Role.CONDITION, *texts)
    assert len({answer.canonical for answer in answers}) == 1
    assert answers[0].problem is None


def quote_table(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


@pytest.mark.parametrize("mode", ["ANSI_QUOTES", "ANSI", "ORACLE", "TRADITIONAL", ""])
def test_the_mode_of_the_session_changes_no_comparison(
    scratch: Scratch, mode: str
) -> None:
    scratch.run(f"SET sql_mode = '{mode}'")
    texts = [
        "`n` > 1",
        "`name` = 'it''s'",
        "`name` LIKE 'a%'",
        "NOT (`n` = 1 OR `m` = 2)",
    ]
    checks = ", ".join(
        f"CONSTRAINT `c{number}` CHECK ({text})" for number, text in enumerate(texts)
    )
    scratch.run(f"CREATE TABLE `shop` ({COLUMNS}, {checks})")
    table = scratch.table("shop")
    printed = {check.name: check.expression.sql for check in table.checks}
    theirs = [printed[f"c{number}"] for number in range(len(texts))]
    ours = scratch.ask(table, Role.CONDITION, *texts)
    assert [answer.problem for answer in ours] == [None] * len(texts)
    assert ours == scratch.ask(table, Role.CONDITION, *theirs)
    assert len(set(ours)) == len(texts)


def test_backslashes_are_not_compared_where_the_session_reads_them_otherwise(
    scratch: Scratch, shop: Table
) -> None:
    scratch.run("SET sql_mode = 'NO_BACKSLASH_ESCAPES'")
    plain, escaped = scratch.ask(
        shop, Role.CONDITION, "`name` = 'it''s'", "`name` = 'it\\'s'"
    )
    assert plain.problem is None
    assert escaped == Answer(
        problem="the session's sql_mode reads its backslashes otherwise"
    )


def test_a_lost_session_ends_the_asking(scratch: Scratch, shop: Table) -> None:
    other = scratch.session()
    other.ensure_connection()
    scratch.run(f"KILL {other.connection.thread_id()}")
    with pytest.raises(DatabaseUnreachable) as caught:
        BACKEND.answer(other, [Question(shop, "shop", Role.CONDITION, "n > 1")])
    assert str(caught.value).startswith("Cannot reach database 'mariadb': ")


def test_long_texts_are_asked_in_several_statements(
    scratch: Scratch, shop: Table
) -> None:
    texts = [f"`name` = '{'x' * 90_000}{number}'" for number in range(5)]
    with scratch.counted() as statements:
        found = scratch.ask(shop, Role.CONDITION, *texts)
    assert found == [
        Answer(f"`shop`.`name` = '{'x' * 90_000}{number}'") for number in range(5)
    ]
    assert len(statements) == 6
