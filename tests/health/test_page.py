"""The page for people: what it says, and what it never says to the public."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from customers.models import Customer
from django_schemaguard.health import as_html
from django_schemaguard.health.chart import chart
from django_schemaguard.health.journal import Version

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from tests.health.conftest import Guard

pytestmark = pytest.mark.django_db
URL = "/health/"
CSP = (
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'"
)


class Elements(HTMLParser):
    """Collects the tags with their attributes, and checks that they nest."""

    EMPTY = frozenset({"meta", "link", "polyline", "circle", "br"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def page(client: Client, url: str = URL) -> str:
    response = client.get(url, headers={"Accept": "text/html"})
    assert response["Content-Type"] == "text/html; charset=utf-8"
    return response.content.decode()


@pytest.mark.parametrize("url", ["/health/", "/health"])
def test_the_public_page(client: Client, guard: Guard, url: str) -> None:
    response = client.get(url)
    html = response.content.decode()
    assert response.status_code == 200
    assert response["Content-Security-Policy"] == CSP
    assert "no-store" in response["Cache-Control"]
    assert "Everything is as it should be" in html
    assert "All applied" in html
    # Neither a table, nor what it runs on, nor a fingerprint.
    assert not re.search(
        r"orders_|catalogue|sqlite|sha256|3\.\d+\.\d+", html, re.IGNORECASE
    )


@pytest.mark.django_db
def test_the_details_are_for_those_who_may_see_them(
    client: Client, guard: Guard
) -> None:
    guard(TOKENS=["t"])
    assert "Fingerprints" not in page(client)
    headers = {"Authorization": "Bearer t"}
    html = client.get(URL, headers=headers).content.decode()
    assert "Fingerprints" in html
    assert "<dt>What is expected</dt>" in html
    assert "<dt>The database</dt>" in html
    assert "They differ on a sound database, too" in html
    assert "SQLite 3." in html
    wrong = {"Authorization": "Bearer wrong"}
    response = client.get(URL, headers=wrong)
    assert response.status_code == 200
    assert "Fingerprints" not in response.content.decode()


@pytest.mark.parametrize("is_open", [False, True])
def test_nothing_that_a_strict_policy_forbids(
    client: Client, guard: Guard, is_open: bool
) -> None:
    guard(OPEN=is_open)
    elements = Elements(page(client))
    assert elements.named("script") == elements.named("style") == []
    for _, attributes in elements.found:
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes)
        address = attributes.get("src") or attributes.get("href") or ""
        assert not address.startswith(("http", "//"))


def test_a_broken_database(client: Client, guard: Guard, nowhere: str) -> None:
    guard(databases=("default", "nowhere"))
    response = client.get(URL)
    html = response.content.decode()
    assert response.status_code == 503
    assert "Something is broken" in html
    assert "No answer" in html
    assert "/nowhere" not in html
    guard(databases=("default", "nowhere"), OPEN=True)
    assert "/nowhere/at/all.sqlite3" in page(client)


def test_the_other_formats(client: Client, guard: Guard) -> None:
    for name in ("json", "health%2Bjson", "text", "openmetrics"):
        assert client.get(f"{URL}?format={name}").status_code == 200
    assert client.get(f"{URL}?format=json").json()["status"] == "pass"
    assert client.get(URL, headers={"Accept": "image/png"}).status_code == 406


def test_the_stylesheet(client: Client, guard: Guard) -> None:
    (url,) = re.findall(r'rel="stylesheet" href="([^"]+)"', page(client))
    assert url == reverse("schemaguard:style", args=[as_html.STYLE_VERSION])
    response = client.get(url)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in response["Cache-Control"]
    assert response.content.decode() == as_html.STYLE
    assert client.post(url).status_code == 405


def test_without_templates_of_the_project(
    client: Client, guard: Guard, settings: SettingsWrapper
) -> None:
    settings.TEMPLATES = []
    assert "Everything is as it should be" in page(client)


def test_in_the_admin(client: Client, guard: Guard) -> None:
    url = reverse("admin:schemaguard_health_changelist")
    assert client.get(url).status_code == 302
    client.force_login(Customer.objects.create(username="u", is_staff=True))
    assert url in client.get("/admin/").content.decode()
    response = client.get(url)
    html = response.content.decode()
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert "Everything is as it should be" in html
    assert "Fingerprints" in html
    (style,) = re.findall(r'href="(/admin/schemaguard/[^"]+\.css)"', html)
    assert client.get(style).content.decode() == as_html.STYLE
    for path in ("add/", "1/change/", "1/delete/"):
        assert client.get(f"{url}{path}").status_code == 404


def test_the_admin_is_for_the_staff(client: Client, guard: Guard) -> None:
    client.force_login(Customer.objects.create(username="u"))
    response = client.get(reverse("admin:schemaguard_health_changelist"))
    assert (response.status_code, response["Location"][:13]) == (302, "/admin/login/")


def version(day: int, migrations: int) -> Version:
    at = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=day)
    return Version(f"sha256:{day:064x}", "migrate", migrations, at)


def test_chart() -> None:
    drawn = chart([version(0, 10), version(5, 12), version(10, 14)])
    assert drawn is not None
    assert drawn.line == (
        "12.0,106.0 12.0,106.0 320.0,106.0 320.0,60.0 628.0,60.0 628.0,14.0"
    )
    assert [(dot.x, dot.y) for dot in drawn.dots] == [
        ("12.0", "106.0"),
        ("320.0", "60.0"),
        ("628.0", "14.0"),
    ]
    assert drawn.dots[0].label == (
        "2026-03-01 00:00: migrate, 10 migrations, 000000000000"
    )
    assert (drawn.first, drawn.last) == ("2026-03-01", "2026-03-11")
    assert (drawn.least, drawn.most) == (10, 14)


def test_chart_of_one_and_of_none() -> None:
    drawn = chart([version(0, 10)])
    assert drawn is not None
    assert [(dot.x, dot.y) for dot in drawn.dots] == [("320.0", "60.0")]
    assert chart([]) is None
