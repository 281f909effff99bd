from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from django_schemaguard.backends.postgresql import words
from django_schemaguard.backends.postgresql.keys import read_name


@pytest.mark.parametrize(
    ("text", "items"),
    [
        pytest.param("a", ["a"], id="one"),
        pytest.param("a, b", ["a", "b"], id="two"),
        pytest.param("f(a, b), c", ["f(a, b)", "c"], id="parentheses"),
        pytest.param("ARRAY[a, b], c", ["ARRAY[a, b]", "c"], id="brackets"),
        pytest.param("'a,(b', c", ["'a,(b'", "c"], id="string"),
        pytest.param("'it''s, ok', c", ["'it''s, ok'", "c"], id="apostrophe"),
        pytest.param("E'\\',', c", ["E'\\','", "c"], id="escape-string"),
        pytest.param('"a,)", c', ['"a,)"', "c"], id="name"),
        pytest.param('"a"",", c', ['"a"","', "c"], id="quote-in-name"),
    ],
)
def test_split(text: str, items: list[str]) -> None:
    assert words.split(text) == items


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        pytest.param("a > 0", True, id="plain"),
        pytest.param("a > 0 -- ) ;", True, id="comment"),
        pytest.param("a /* ' */ > 0", True, id="apostrophe-in-comment"),
        pytest.param("a = ');'", True, id="string"),
        pytest.param('";)" = 1', True, id="name"),
        pytest.param("$x$;)'$x$ = a", True, id="dollars"),
        pytest.param("a[1] = (ARRAY[2])[1]", True, id="brackets"),
        pytest.param("a) + (b", False, id="leaves"),
        pytest.param("(a", False, id="open"),
        pytest.param("a[1)", False, id="mixed"),
        pytest.param("a; b", False, id="two"),
        pytest.param("'a", False, id="open-string"),
        pytest.param('"a', False, id="open-name"),
        pytest.param("E'\\'", False, id="open-escape-string"),
        pytest.param("/* a", False, id="open-comment"),
        pytest.param("a /* /* */", False, id="open-nested-comment"),
        pytest.param("$x$ a", False, id="open-dollars"),
        pytest.param(" ", False, id="empty"),
        pytest.param("-- a", False, id="only-a-comment"),
    ],
)
def test_is_one_expression(text: str, sound: bool) -> None:
    assert words.is_one_expression(text) is sound


@pytest.mark.parametrize(
    ("sql", "canonical"),
    [
        pytest.param('a COLLATE "C"', "x COLLATE C", id="one"),
        pytest.param('a collate pg_catalog."C"', "x COLLATE C", id="path"),
        pytest.param('a COLLATE other."C"', "x COLLATE other.C", id="other-path"),
        pytest.param('a COLLATE "C" = b COLLATE "D"', "x COLLATE C, D", id="two"),
        pytest.param('a COLLATE "C" = b COLLATE "C"', "x COLLATE C", id="twice"),
        pytest.param("a = 'COLLATE \"C\"'", "x", id="string"),
        pytest.param('a -- COLLATE "C"', "x", id="comment"),
        pytest.param('"collate" = 1', "x", id="column"),
    ],
)
def test_collations_are_added(sql: str, canonical: str) -> None:
    assert words.canonical("x", sql) == canonical


@pytest.mark.parametrize(
    ("output", "canonical"),
    [
        pytest.param(
            "(a = ANY ('{3,1,2}'::int[]))", "(a = ANY ('{1,2,3}'::int[]))", id="any"
        ),
        pytest.param("(a <> ALL ('{b,a}'::x))", "(a <> ALL ('{a,b}'::x))", id="all"),
        pytest.param(
            """(a = ANY ('{"b,c",a,"d\\"e"}'::x))""",
            """(a = ANY ('{"b,c","d\\"e",a}'::x))""",
            id="quotes",
        ),
        pytest.param(
            "(a = ANY ('{{2},{1}}'::x))", "(a = ANY ('{{1},{2}}'::x))", id="nested"
        ),
        pytest.param("(a = ANY ('{}'::x))", "(a = ANY ('{}'::x))", id="empty"),
        pytest.param(
            "(a = ANY (ARRAY[f(2, 1), b, 1]))",
            "(a = ANY (ARRAY[1, b, f(2, 1)]))",
            id="array",
        ),
        pytest.param(
            "(a > ANY ('{2,1}'::x))", "(a > ANY ('{2,1}'::x))", id="other-operator"
        ),
        pytest.param("(a = '{2,1}'::x)", "(a = '{2,1}'::x)", id="no-set"),
    ],
)
def test_sets_are_sorted(output: str, canonical: str) -> None:
    assert words.canonical(output, "a") == canonical


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param('"C"', "C", id="quoted"),
        pytest.param('"a""b" DESC', 'a"b', id="quote"),
        pytest.param("plain, b", "plain", id="plain"),
        pytest.param('other."A b" DESC', "other.A b", id="path"),
    ],
)
def test_read_name(text: str, name: str) -> None:
    assert read_name(text) == name


@settings(max_examples=2_000, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "(",
                ")",
                "[",
                "]",
                "'",
                "''",
                '"',
                '""',
                "$",
                "$$",
                ";",
                "--",
                "/*",
                "*/",
                "\\",
                "e",
                "E",
                ",",
                "=",
                "a",
                "E'x'",
                "'b'",
                "\n",
                "-",
                "/",
            ]
        ),
        max_size=8,
    ).map("".join)
)
def test_what_is_easily_seen_to_be_one_expression_is_one(text: str) -> None:
    if words._is_plainly_one(text):
        assert words._is_one(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("(\"a\" >= 0 AND b IN ('x', 'y)'))", id="brackets"),
        pytest.param("a[1] = 'it''s'", id="doubled-quote"),
        pytest.param("\"na(me\" <> '--'", id="signs-in-quotes"),
    ],
)
def test_the_usual_expression_is_easily_seen(text: str) -> None:
    assert words._is_plainly_one(text)
