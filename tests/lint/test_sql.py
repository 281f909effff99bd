from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_schemaguard.lint.destroying import Fresh, losses
from django_schemaguard.lint.sql import Statement, statements


def starts(sql: str) -> list[str]:
    return [" ".join(statement.tokens[:2]) for statement in statements(sql)]


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("", []),
        (";; ;", []),
        ("SELECT 1; SELECT 2;", ["SELECT 1", "SELECT 2"]),
        ("-- a; b\nSELECT 1 /* c; d */", ["SELECT 1"]),
        ("SELECT 'a; b''; c'; DROP TABLE x", ["SELECT ''", "DROP TABLE"]),
        ('SELECT "a;b"; DROP TABLE x', ['SELECT "a;b"', "DROP TABLE"]),
        ("DO $x$ BEGIN; $$ ; END $x$; SELECT 1", ["DO $$", "SELECT 1"]),
        (
            "CREATE TRIGGER t AFTER INSERT ON x BEGIN DELETE FROM y; END; SELECT 1",
            ["CREATE TRIGGER", "SELECT 1"],
        ),
        (
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1"
            " END; SELECT 2; END; COMMIT",
            ["CREATE FUNCTION", "COMMIT"],
        ),
        ("CREATE TABLE t (a int); COMMIT", ["CREATE TABLE", "COMMIT"]),
        (
            "CREATE DEFINER=`a`@`b` TRIGGER t BEFORE DELETE ON x FOR EACH ROW BEGIN"
            " IF 1 THEN DELETE FROM y; END IF; CASE a WHEN 1 THEN SELECT 1; END CASE;"
            " DELETE FROM z; END; COMMIT",
            ["CREATE DEFINER", "COMMIT"],
        ),
        (
            "CREATE TABLE t (event int, begin int); DROP TABLE x",
            ["CREATE TABLE", "DROP TABLE"],
        ),
        ("# DROP TABLE y;\nDROP TABLE x", ["DROP TABLE"]),
        ("SELECT 1\n # 2; COMMIT", ["SELECT 1", "COMMIT"]),
        ("SELECT E'it\\'s; DROP TABLE x'; COMMIT", ["SELECT ''", "COMMIT"]),
        ("SELECT 'C:\\'; COMMIT", ["SELECT ''", "COMMIT"]),
    ],
)
def test_a_text_is_parted(sql: str, found: list[str]) -> None:
    assert [start.strip() for start in starts(sql)] == found


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ("ALTER TABLE IF EXISTS ONLY shop_order ADD a int", "shop_order"),
        ('ALTER TABLE "Shop ""x""" ADD a int', 'Shop "x"'),
        ("alter table public.Shop_Order add a int", "shop_order"),
        ('DELETE FROM "a"."b" WHERE c', "b"),
        ("UPDATE `t` SET a = 1", "t"),
        ("CREATE UNIQUE INDEX i ON t (a)", "t"),
        ("INSERT INTO t SELECT 1", "t"),
        ("SELECT 1", None),
        ("ALTER TABLE", None),
    ],
)
def test_the_table_of_a_statement(sql: str, table: str | None) -> None:
    (statement,) = statements(sql)

    assert statement.table == table


def test_words_are_found_in_their_order() -> None:
    (statement,) = statements("create index concurrently i on t (a)")

    assert statement.starts("CREATE", "INDEX")
    assert statement.has("INDEX", "CONCURRENTLY")
    assert not statement.has("CONCURRENTLY", "INDEX")
    assert statement.name_after("INDEX") == "i"


@given(st.text(alphabet="aA1'\"`$;-/*\n ().", max_size=60))
def test_any_text_is_read(sql: str) -> None:
    for statement in statements(sql):
        assert isinstance(statement, Statement)
        assert statement.tokens
        statement.table  # noqa: B018 - must not raise.


WORDS = "DROP TABLE ALTER COLUMN DELETE FROM UPDATE SET WHERE WITH TYPE a b , ( ) = . ;"


@given(st.lists(st.sampled_from(WORDS.split()), max_size=12).map(" ".join))
def test_what_any_text_throws_away_can_be_told(sql: str) -> None:
    assert all(loss.hint for loss in losses(statements(sql), Fresh()))
