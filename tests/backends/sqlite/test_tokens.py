from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_schemaguard.backends.sqlite.tokens import (
    Kind,
    NotUnderstood,
    closing,
    split,
    text_of,
    tokenize,
    without_parentheses,
)


@pytest.mark.parametrize(
    ("sql", "kinds"),
    [
        pytest.param("a1$ _b ünïcode", [Kind.WORD] * 3, id="words"),
        pytest.param("\xa0nbsp", [Kind.WORD], id="no-break-space-is-a-letter"),
        pytest.param('"a""b" `c``d` [e"f]', [Kind.QUOTED] * 3, id="three-quotes"),
        pytest.param("'it''s'", [Kind.STRING], id="string-with-quote"),
        pytest.param("x'0aF' X''", [Kind.BLOB] * 2, id="blobs"),
        pytest.param("1 1.5 .5 1e10 1.5E-3 0xFF", [Kind.NUMBER] * 6, id="numbers"),
        pytest.param("a--b\n+c/* d */", [Kind.WORD, Kind.SIGN, Kind.WORD], id="notes"),
        pytest.param("/* open", [], id="comment-that-never-ends"),
        pytest.param("-- ' \n", [], id="quote-in-comment"),
        pytest.param("'-- no comment'", [Kind.STRING], id="comment-in-string"),
        pytest.param("<= >= <> != == || -> ->> << >>", [Kind.SIGN] * 10, id="signs"),
        pytest.param("xyz'a'", [Kind.WORD, Kind.STRING], id="word-before-string"),
    ],
)
def test_kinds(sql: str, kinds: list[Kind]) -> None:
    assert [token.kind for token in tokenize(sql)] == kinds


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("plain", "plain"),
        ('"a ""b"""', 'a "b"'),
        ("`a``b`", "a`b"),
        ("[a `b]", "a `b"),
        ("'a''b'", "a'b"),
        ("1", None),
        ("+", None),
    ],
)
def test_name(sql: str, name: str | None) -> None:
    (token,) = tokenize(sql)
    assert token.name == name


@pytest.mark.parametrize(
    ("sql", "sign"),
    [("a 'open", "'"), ('"open', '"'), ("[open", "["), ("a \\ b", "\\")],
)
def test_what_sqlite_never_stores_is_refused(sql: str, sign: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        tokenize(sql)
    assert str(caught.value) == f"no token of SQLite's starts at '{sign}'"


def test_keywords_are_bare_words_only() -> None:
    bare, quoted, string = tokenize("check \"check\" 'check'")
    assert (bare.word, quoted.word, string.word) == ("CHECK", "", "")
    assert bare.says("CHECK")
    assert not quoted.says("CHECK")


def test_text_is_one_line_without_comments() -> None:
    assert text_of(tokenize("count( a ) --x\n  >/**/ 1")) == "count( a ) > 1"


@pytest.mark.parametrize(
    ("sql", "bare"),
    [
        ("((a))", "a"),
        ("(a) + (b)", "(a) + (b)"),
        ("()", "()"),
        ("a", "a"),
        ("(a, b)", "a, b"),
    ],
)
def test_enclosing_parentheses(sql: str, bare: str) -> None:
    assert text_of(without_parentheses(tokenize(sql))) == bare


def test_open_parenthesis_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="a parenthesis is left open"):
        closing(tokenize("(a (b)"), 0)


def test_split_looks_only_at_outer_commas() -> None:
    parts = split(tokenize("a, f(b, c), 'd,e'"))
    assert [text_of(part) for part in parts] == ["a", "f(b, c)", "'d,e'"]


_NAMES = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1
)


@given(_NAMES)
def test_any_quoted_name_comes_back(name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    (token,) = tokenize(quoted)
    assert token.name == name


@given(st.text("ab1 '\"`[](),.-*/\n+<>=|;x", max_size=30))
def test_sqlite_understands_no_text_that_the_tokenizer_refuses(text: str) -> None:
    sql = f"SELECT {text}"
    memory = sqlite3.connect(":memory:")
    try:
        memory.execute("CREATE TABLE t (a, b)")
        try:
            memory.execute(f"EXPLAIN {sql}").fetchall()
        except sqlite3.Error:
            return
    finally:
        memory.close()
    tokenize(sql)
