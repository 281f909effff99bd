from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_schemaguard.perf.texts import fingerprint, is_counted, normal_text


@pytest.mark.parametrize(
    ("sql", "text"),
    [
        ("SELECT  a\nFROM t ;", "SELECT a FROM t"),
        ("SELECT a FROM t WHERE b IN ($1, $2,$3)", "SELECT a FROM t WHERE b IN (?…)"),
        ("SELECT a FROM t WHERE b IN ($7)", "SELECT a FROM t WHERE b IN (?…)"),
        (
            "SELECT a FROM t WHERE b IN ($1 /*, ... */)",
            "SELECT a FROM t WHERE b IN (?…)",
        ),
        ("SELECT a FROM t WHERE b IN (...)", "SELECT a FROM t WHERE b IN (...)"),
        ("SELECT a FROM t /* traceparent='00-1' */", "SELECT a FROM t"),
        ("SELECT a FROM t -- why\nWHERE b = $12", "SELECT a FROM t WHERE b = ?"),
        ("INSERT INTO t VALUES ($1, $2), ($3, $4)", "INSERT INTO t VALUES (?…)"),
        ("SELECT ' /* $1 -- '", "SELECT ' /* $1 -- '"),
        ('SELECT "a$1" FROM "t?"', 'SELECT "a$1" FROM "t?"'),
        ("SELECT `a?` FROM t WHERE b = ?", "SELECT `a?` FROM t WHERE b = ?"),
    ],
)
def test_normal_text(sql: str, text: str) -> None:
    assert normal_text(sql) == text


@given(st.text(alphabet="ab ?$1,()'\"-/*;\n", max_size=40))
def test_normal_text_is_normal(sql: str) -> None:
    text = normal_text(sql)
    assert "\n" not in text
    assert len(fingerprint(text)) == 40


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("SELECT a FROM t", True),
        ("(SELECT a FROM t) UNION SELECT ?", True),
        ("WITH x AS (SELECT ?) SELECT * FROM x", True),
        ("SELECT a FROM t WHERE b = 'pg_class'", True),
        ("BEGIN", False),
        ("CREATE INDEX i ON t (a)", False),
        ("SELECT a FROM pg_catalog.pg_class", False),
        ("SELECT relname FROM pg_class", False),
        ('SELECT "schemaguard_run"."id" FROM "schemaguard_run"', False),
        ("SELECT set_config(?, ?, ?)", False),
        ("SELECT `GET_LOCK` (...)", False),
        ("SELECT SCHEMA ( )", False),
        ("SELECT schema FROM t", True),
        ("SELECT ?", False),
        ("SELECT total(?)", True),
        ("SELECT last_value, is_called FROM t_id_seq", False),
        ("", False),
    ],
)
def test_what_is_counted(text: str, counted: bool) -> None:
    assert is_counted(text) is counted
