"""The format of an answer is the one asked for, whatever the header looks like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_schemaguard.health.negotiation import Format, chosen

HTML, JSON, HEALTH, TEXT = Format.HTML, Format.JSON, Format.HEALTH, Format.TEXT
OFFERS = (JSON, HEALTH, TEXT)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        pytest.param("", JSON, id="nothing"),
        pytest.param("*/*", JSON, id="anything"),
        pytest.param("application/json", JSON, id="json"),
        pytest.param("application/health+json", HEALTH, id="health"),
        pytest.param("text/plain", TEXT, id="text"),
        pytest.param("TEXT/PLAIN", TEXT, id="case"),
        pytest.param("text/*", TEXT, id="any-text"),
        pytest.param(BROWSER, JSON, id="browser"),
        pytest.param("text/plain;q=0.5, application/json;q=0.4", TEXT, id="weights"),
        pytest.param("text/plain;q=0, */*", JSON, id="anything-but"),
        pytest.param("application/json;q=0.1, */*;q=0.5", HEALTH, id="most-exact"),
        pytest.param("text/plain; charset=utf-8; q=1.0", TEXT, id="parameters"),
        pytest.param("image/png, text/plain;q=0.001", TEXT, id="barely"),
        pytest.param("image/png", None, id="none-of-them"),
        pytest.param("*/*;q=0", None, id="nothing-at-all"),
        pytest.param("garbage", JSON, id="garbage"),
        pytest.param("garbage, text/plain", TEXT, id="garbage-and-more"),
        pytest.param(",,;q=,", JSON, id="commas"),
        pytest.param("text/plain;q=x", TEXT, id="garbage-weight"),
        pytest.param("a/" + "b" * 10_000, None, id="long"),
    ],
)
def test_accept(accept: str, expected: Format | None) -> None:
    assert chosen(accept, None, OFFERS) is expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param("text", TEXT, id="text"),
        pytest.param("health+json", HEALTH, id="plus"),
        pytest.param("health json", HEALTH, id="plus-unescaped"),
        pytest.param("TEXT", TEXT, id="case"),
        pytest.param("html", None, id="not-offered"),
        pytest.param("xml", None, id="unknown"),
        pytest.param("\0", None, id="nul"),
        pytest.param("", JSON, id="empty"),
    ],
)
def test_the_query_decides(asked: str, expected: Format | None) -> None:
    assert chosen("application/json", asked, OFFERS) is expected


def test_the_first_offer_is_the_usual_one() -> None:
    assert chosen("*/*", None, (HTML, JSON)) is HTML
    assert chosen(BROWSER, None, (JSON, HTML)) is HTML


@given(st.text(max_size=300), st.one_of(st.none(), st.text(max_size=30)))
def test_nothing_that_is_sent_breaks_it(accept: str, asked: str | None) -> None:
    assert chosen(accept, asked, OFFERS) in {*OFFERS, None}
