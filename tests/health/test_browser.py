"""The page in a real browser: what it looks like, and who can use it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.health.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selenium.webdriver import Chrome

pytestmark = pytest.mark.slow
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SETTINGS = """
ROOT_URLCONF = "site_urls"
SCHEMAGUARD = SCHEMAGUARD | {
    "STARTUP": "off", "HEALTH": {"NETWORKS": ["127.0.0.1"], "TTL": 60, "WAIT": 5},
}
"""
# The admin's own stylesheets, which a web server would give.
URLS = """
from django.contrib.staticfiles.views import serve
from django.urls import path
from shop_site.urls import urlpatterns
urlpatterns = [*urlpatterns, path("static/<path:path>", serve, {"insecure": True})]
"""
HISTORY = """
import django
django.setup()
from datetime import UTC, datetime, timedelta
from django_schemaguard.models import Run, SchemaVersion, Step
first = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
for number, (command, day, migrations) in enumerate(
    [("migrate", 0, 14), ("migrate", 19, 17), ("auto_fix", 30, 17),
     ("migrate", 51, 21), ("migrate", 78, 24)]
):
    at = first + timedelta(days=day)
    run = Run.objects.create(
        command=command, status="done", alias="default", vendor="sqlite",
        app_version="1", django_version="2", started=at, finished=at,
    )
    Step.objects.create(
        run=run, position=1, status="done", kind="create_index", finished=at,
        object_table="orders_order", object_name="orders_order_placed_idx",
    )
    SchemaVersion.objects.create(
        fingerprint=f"sha256:{number + 10:x}{'0f4c' * 15}", source=command, run=run,
        app_version="1", django_version="2", recorded=at,
        applied=[str(one) for one in range(migrations)],
    )
"""
INDEX = """
SELECT name FROM sqlite_master
WHERE type = 'index' AND tbl_name = 'orders_order' AND sql LIKE '%("customer_id")'
"""
# The contrast of each text with what is behind it, where that is too little.
CONTRAST = """
const canvas = document.createElement('canvas')
  .getContext('2d', {willReadFrequently: true});
function rgba(color) {
  canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255];
}
function behind(element) {
  for (let e = element; e; e = e.parentElement) {
    const color = rgba(getComputedStyle(e).backgroundColor);
    if (color[3] > 0.99) return color;
  }
  throw new Error('Nothing is behind ' + element.outerHTML);
}
function luminance(color) {
  const [r, g, b] = color.slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
const poor = [];
let seen = 0;
for (const e of document.querySelectorAll(arguments[0])) {
  const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
  if (!own || e.closest('svg') || !e.checkVisibility()) continue;
  seen += 1;
  const [a, b] = [luminance(rgba(getComputedStyle(e).color)), luminance(behind(e))];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const text = `${e.className || e.tagName}: ${e.textContent.trim().slice(0, 30)}`;
  if (ratio < 4.5) poor.push(`${ratio.toFixed(2)} ${text}`);
}
return [seen, poor];
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve the shop with findings, runs and versions."""
    folder = tmp_path_factory.mktemp("site")
    database = folder / "db.sqlite3"
    site = Site(folder, f"sqlite:///{database}", SETTINGS)
    (folder / "site_urls.py").write_text(URLS, encoding="utf-8")
    site.manage("migrate", "-v0")
    (folder / "history.py").write_text(HISTORY, encoding="utf-8")
    site.run("history.py")
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DROP TABLE rate_limit_violations")
        ((index,),) = connection.execute(INDEX)
        connection.execute(f'DROP INDEX "{index}"')
        connection.execute("ALTER TABLE catalogue_review DROP COLUMN text")
    with site.served():
        yield site


@contextmanager
def browsing(scheme: str, width: int = 1000) -> Iterator[Chrome]:
    """Give a browser; where there is none, skip, or fail on a CI server."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if program is None or driver is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium and its driver must be there with CI=true.")
        pytest.skip("no Chromium, or no chromedriver")
    from selenium.webdriver import Chrome, ChromeOptions, ChromeService

    options = ChromeOptions()
    options.binary_location = program
    for option in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--force-device-scale-factor=1",
        f"--window-size={width},900",
    ):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = Chrome(options=options, service=ChromeService(driver))
    try:
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        yield browser
    finally:
        browser.quit()


def complaints(browser: Chrome) -> list[str]:
    """Return what the console says, the expected 503 aside."""
    said = [entry["message"] for entry in browser.get_log("browser")]
    return [message for message in said if "status of 503" not in message]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_can_be_seen_and_used(site: Site, scheme: str) -> None:
    with browsing(scheme) as browser:
        browser.get(f"http://127.0.0.1:{site.port}/health/")
        assert browser.title == "Fail – schema health"
        browser.execute_script(
            "document.querySelectorAll('details').forEach(d => d.open = true)"
        )
        assert complaints(browser) == []
        seen, poor = browser.execute_script(CONTRAST, "body *")
        assert poor == []
        assert seen > 60
        dark = browser.execute_script(
            "return getComputedStyle(document.body).backgroundColor"
        )
        assert (dark == "rgb(18, 21, 26)") is (scheme == "dark")
        assert_accessible(browser)
        keep_picture(browser, f"health-{scheme}")


def assert_accessible(browser: Chrome) -> None:
    """Check landmarks, headings, names and what the keyboard reaches."""
    facts: dict[str, Any] = browser.execute_script(
        """
        const all = s => [...document.querySelectorAll(s)];
        return {
          lang: document.documentElement.lang,
          landmarks: ['header', 'main', 'footer'].map(t => all('body > ' + t).length),
          levels: all('h1,h2,h3,h4').map(e => +e.tagName[1]),
          duplicates: all('[id]').length - new Set(all('[id]').map(e => e.id)).size,
          dangling: all('[aria-labelledby]')
            .filter(e => !document.getElementById(e.getAttribute('aria-labelledby'))),
          pictures: all('svg').map(e => [e.getAttribute('role'),
            e.querySelector('title').textContent]),
          headless: all('table')
            .filter(t => !t.caption || !t.querySelector('th[scope]')),
          sideways: document.documentElement.scrollWidth > innerWidth,
          loaded: performance.getEntriesByType('resource')
            .map(e => new URL(e.name).host),
          host: location.host,
        };
        """
    )
    assert facts["lang"] == "en"
    assert facts["landmarks"] == [1, 1, 1]
    levels = facts["levels"]
    assert levels[0] == 1
    assert levels.count(1) == 1
    steps = [b - a for a, b in pairwise(levels)]
    assert max(steps) <= 1
    assert (facts["duplicates"], facts["dangling"], facts["headless"]) == (0, [], [])
    assert facts["pictures"] == [
        [
            "img",
            "Applied migrations from 2026-03-02 to 2026-05-19, 14 to 24, in 5 versions",
        ]
    ]
    assert not facts["sideways"]
    assert set(facts["loaded"]) == {facts["host"]}
    statuses = browser.execute_script(
        "return [...document.querySelectorAll('.sg-value')].map(e => e.textContent)"
    )
    assert [text.partition(":")[0] for text in statuses] == ["Pass", "Fail", "Pass"]
    assert_reachable(browser)


def assert_reachable(browser: Chrome) -> None:
    """Check that Tab visits everything that can be used, and shows where it is."""
    from selenium.webdriver import ActionChains, Keys

    usable = browser.execute_script(
        "return document.querySelectorAll('a[href],summary,[tabindex=\"0\"]').length"
    )
    visited = []
    for _ in range(usable):
        ActionChains(browser).send_keys(Keys.TAB).perform()
        visited.append(
            browser.execute_script(
                "const e = document.activeElement, s = getComputedStyle(e);"
                "return [e.tagName, e.textContent.trim().slice(0, 20), s.outlineStyle]"
            )
        )
    assert visited[0][:2] == ["A", "Skip to the content"]
    assert len({tuple(one[:2]) for one in visited}) == usable
    assert {outline for _, _, outline in visited} == {"solid"}
    browser.execute_script("document.activeElement.blur()")


def keep_picture(browser: Chrome, name: str) -> None:
    """Take a picture for the documents, where SCHEMAGUARD_PICTURES names a folder."""
    folder = os.environ.get("SCHEMAGUARD_PICTURES")
    if folder is None:
        return
    browser.execute_script(
        "document.querySelectorAll('details').forEach(d => d.open = false);"
        "scrollTo(0, 0)"
    )
    height = browser.execute_script("return document.documentElement.scrollHeight")
    metrics = {"width": 1000, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.save_screenshot(str(Path(folder) / f"{name}.png"))


def test_on_a_telephone_nothing_sticks_out(site: Site) -> None:
    with browsing("light") as browser:
        metrics = {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        browser.get(f"http://127.0.0.1:{site.port}/health/")
        assert browser.execute_script(
            "return [document.documentElement.scrollWidth, innerWidth]"
        ) == [360, 360]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_the_admin(site: Site, scheme: str) -> None:
    site.run_code(
        "import django; django.setup()\n"
        "from customers.models import Customer as C\n"
        "C.objects.filter(username='boss').delete()\n"
        "C.objects.create_superuser('boss', 'b@example.com', 'boss-password')\n"
    )
    with browsing(scheme) as browser:
        base = f"http://127.0.0.1:{site.port}/admin"
        browser.get(f"{base}/login/?next=/admin/schemaguard/health/")
        for name, text in (("username", "boss"), ("password", "boss-password")):
            browser.find_element("name", name).send_keys(text)
        browser.find_element("css selector", "[type=submit]").click()
        headline = browser.find_element("css selector", "#sg-headline")
        assert headline.text.endswith("Something is broken")
        seen, poor = browser.execute_script(CONTRAST, ".sg *")
        assert poor == []
        assert seen > 40
        keep_picture(browser, f"admin-{scheme}")
