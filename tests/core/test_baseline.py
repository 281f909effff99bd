from __future__ import annotations

from dataclasses import replace

import pytest

from django_schemaguard.core.baseline import (
    Baseline,
    MalformedBaseline,
    accept,
    dump,
    load,
)
from django_schemaguard.core.finding import Cause, Severity
from django_schemaguard.core.report import Report, Verdict
from tests.reporters.samples import (
    CLEAN,
    DRIFTED,
    LOST,
    ORDERS,
    USERS,
    Column,
    Table,
    database,
)

KNOWN = Baseline().updated(DRIFTED)


def test_text_is_a_line_for_each_finding_in_order() -> None:
    assert (
        dump(KNOWN)
        == """\
{
 "format": 1,
 "findings": [
  {"database": "default", "schema": "public", "table": "shop_order", \
"object": "note", "code": "SG102", "expected": "integer NOT NULL"},
  {"database": "default", "schema": "public", "table": "shop_order", \
"object": "total", "code": "SG102", "expected": "integer NOT NULL"},
  {"database": "default", "schema": "public", "table": "users", "code": "SG101"}
 ]
}
"""
    )


def test_empty_baseline() -> None:
    assert dump(Baseline()) == '{\n "format": 1,\n "findings": []\n}\n'
    assert load(dump(Baseline())) == Baseline()


def test_text_comes_back() -> None:
    assert load(dump(KNOWN)) == KNOWN


def test_hostile_names_come_back() -> None:
    name = 'a"\n\x1b\u2028größe'
    verdict = Verdict("default", Column(ORDERS, name), Severity.ERROR, Cause.DRIFT)
    report = Report("production", (database(verdicts=(verdict,)),))
    text = dump(Baseline().updated(report))
    assert text.isascii()
    assert load(text).accepted == {accept(verdict)}


def test_known_findings_are_hidden_and_counted() -> None:
    hidden = KNOWN.hide(DRIFTED)
    assert (hidden.findings, hidden.known, hidden.vanished) == ((), 3, ())
    assert hidden.databases[1] == DRIFTED.databases[1]


def test_news_are_reported_and_what_vanished_is_named() -> None:
    (first, *_) = DRIFTED.databases
    new = Verdict("default", Column(ORDERS, "new"), Severity.ERROR, Cause.DRIFT)
    report = Report("production", (replace(first, verdicts=(first.verdicts[0], new)),))
    hidden = KNOWN.hide(report)
    assert hidden.findings == (new,)
    assert hidden.known == 1
    assert hidden.vanished == (accept(first.verdicts[1]), accept(first.verdicts[2]))


def test_another_difference_in_the_same_place_is_news() -> None:
    verdict = Verdict("default", Table(USERS), Severity.ERROR, Cause.DRIFT)
    other = Baseline(frozenset({replace(accept(verdict), actual="a view")}))
    report = Report("production", (database(verdicts=(verdict,)),))
    hidden = other.hide(report)
    assert hidden.findings == (verdict,)
    assert len(hidden.vanished) == 1


def test_another_database_is_left_alone() -> None:
    assert KNOWN.hide(Report("production", (database("other"),))).vanished == ()
    other = Baseline().updated(Report("production", (database("other"),)))
    assert other == Baseline()
    assert KNOWN.updated(Report("production", (database("other"),))) == KNOWN


def test_nothing_has_vanished_where_nothing_could_be_read() -> None:
    lost = replace(LOST, alias="default")
    report = Report("production", (lost,))
    assert KNOWN.hide(report) == report


def test_update_forgets_what_is_gone() -> None:
    assert KNOWN.updated(CLEAN) == Baseline()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", "is not JSON: ", id="empty"),
        pytest.param("[]", "has no list 'findings'", id="list"),
        pytest.param('{"findings": {}}', "has no list 'findings'", id="object"),
        pytest.param(
            '{"format": 2, "findings": []}',
            "is of format 2; this django-schemaguard reads format 1",
            id="newer",
        ),
        pytest.param(
            '{"findings": []}',
            "is of format None; this django-schemaguard reads format 1",
            id="no-format",
        ),
        pytest.param(
            '{"format": 1, "findings": [3]}',
            "has something else than texts in 'findings[0]'",
            id="number",
        ),
        pytest.param(
            '{"format": 1, "findings": [{"table": null}]}',
            "has something else than texts in 'findings[0]'",
            id="null",
        ),
        pytest.param(
            '{"format": 1, "findings": [{"tabel": "x"}]}',
            "has an unknown key 'tabel' in 'findings[0]'",
            id="unknown-key",
        ),
        pytest.param(
            '{"format": 1, "findings": [{"table": "x", "code": "SG101"}]}',
            "lacks the key 'database' in 'findings[0]'",
            id="missing-key",
        ),
    ],
)
def test_malformed_text(text: str, message: str) -> None:
    with pytest.raises(MalformedBaseline) as caught:
        load(text)
    assert str(caught.value).startswith(message)
    assert len(str(caught.value).splitlines()) == 1
