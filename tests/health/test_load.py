"""Many requests at once, while the database is well, stopped, hanging, and back."""

from __future__ import annotations

import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests import servers
from tests.health.proxy import Mood, Proxy
from tests.health.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow
PASSWORD = "marker-of-a-password"
REQUESTS, AT_ONCE, WORKERS, POOL = 2_000, 16, 2, 8
TTL, PING_TTL, TIMEOUT = 2.0, 0.5, 2.0
BEARER = {"Authorization": "Bearer corréct".encode("latin-1").decode("latin-1")}
SETTINGS = f"""
SCHEMAGUARD = SCHEMAGUARD | {{
    "STARTUP": "off",
    "HEALTH": {{
        "TTL": {TTL}, "PING_TTL": {PING_TTL}, "TIMEOUT": {TIMEOUT}, "WAIT": 0.3,
        "TOKENS": ["corréct"],
    }},
}}
"""
LIVE, READY, DETAILED, PAGE = (
    "/health/live/",
    "/api/health/",
    "/api/health/detailed/",
    "/health/",
)
# A validation and a look at the journal, with all that a connection begins with.
MOST_STATEMENTS = 60


class Shop(NamedTuple):
    site: Site
    proxy: Proxy


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Serve the shop on a PostgreSQL database behind the proxy."""
    found = servers.postgresql()
    if isinstance(found, servers.Absent):
        pytest.skip(f"postgresql: {found.reason}")
    place = found.settings
    if not place["PORT"] or str(place["HOST"]).startswith("/"):
        pytest.skip("postgresql: no server with an address")
    psycopg = pytest.importorskip("psycopg")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    name = f"schemaguard_health_{servers.SUFFIX}{worker}".lower()
    proxy = Proxy(place["HOST"], int(place["PORT"]))
    with psycopg.connect(
        host=place["HOST"],
        port=place["PORT"],
        user=place["USER"],
        password=place["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    ) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
        # Where the server trusts everybody, any password will do.
        password = place["PASSWORD"] or PASSWORD
        url = f"postgres://{place['USER']}:{password}@127.0.0.1:{proxy.port}/{name}"
        site = Site(tmp_path_factory.mktemp("site"), url, SETTINGS)
        site.manage("migrate", "-v0")
        threads = ("-k", "gthread", "--threads", str(POOL))
        with site.served("-w", str(WORKERS), *threads):
            yield Shop(site, proxy)
        proxy.close()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(autouse=True)
def _well(shop: Shop) -> Iterator[None]:
    yield
    shop.proxy.turn(Mood.PASS)
    settled(shop, 200)


class Load(NamedTuple):
    """What became of the requests."""

    statuses: Counter[int]
    seconds: float
    longest: float


def load(shop: Shop, path: str, requests: int = REQUESTS) -> Load:
    headers = BEARER if path == DETAILED else {}

    def ask(_: int) -> tuple[int, float]:
        started = time.monotonic()
        status = shop.site.get(path, **headers).status
        return status, time.monotonic() - started

    started = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(ask, range(requests)))
    return Load(
        Counter(status for status, _ in answers),
        time.monotonic() - started,
        max(seconds for _, seconds in answers),
    )


def settled(shop: Shop, status: int) -> float:
    """Wait until every worker gives the status; return the seconds it took."""
    started = last_other = time.monotonic()
    while time.monotonic() - last_other < 0.3:
        assert time.monotonic() - started < 20, shop.site.log.read_text("utf-8")
        if shop.site.get(READY).status != status:
            last_other = time.monotonic()
    return last_other - started


def processes(shop: Shop) -> list[int]:
    """Return the workers of the server."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes()
        except OSError:
            continue
        if str(shop.site.folder).encode() in environment:
            found.append(int(folder.name))
    return sorted(found)[1:]  # Without their master.


def threads(shop: Shop) -> int:
    """Return the most threads that any worker has."""
    return max(
        len(list(Path(f"/proc/{one}/task").iterdir())) for one in processes(shop)
    )


def assert_bounded(shop: Shop, seconds: float) -> None:
    """Check connections and statements since the reset against the TTLs."""
    proxy = shop.proxy
    pings = WORKERS * (seconds / PING_TTL + 2)
    validations = WORKERS * (seconds / TTL + 2)
    assert proxy.accepted <= pings + validations
    assert proxy.most_open <= WORKERS * 2
    assert proxy.statements <= pings * 10 + validations * MOST_STATEMENTS


@pytest.mark.parametrize("path", [LIVE, READY, DETAILED, PAGE])
def test_the_database_is_well(shop: Shop, path: str) -> None:
    shop.proxy.reset()
    done = load(shop, path)
    assert done.statuses == {200: REQUESTS}
    assert_bounded(shop, done.seconds)
    if path == LIVE:
        assert shop.proxy.accepted == 0
    until_given_back(shop)


def until_given_back(shop: Shop) -> None:
    """Wait until no connection is open."""
    end = time.monotonic() + 5
    while shop.proxy.open:
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize("mood", [Mood.REFUSE, Mood.HANG])
def test_the_database_is_not_well(shop: Shop, mood: Mood) -> None:
    settled(shop, 200)
    shop.proxy.turn(mood)
    assert load(shop, LIVE).statuses == {200: REQUESTS}
    assert settled(shop, 503) <= TTL + TIMEOUT + 2
    shop.proxy.reset()
    for path in (READY, DETAILED, PAGE):
        done = load(shop, path)
        assert done.statuses == {503: REQUESTS}
        # No answer takes longer than `WAIT`, but for a machine that is busy.
        assert done.longest < 3
        assert shop.proxy.open <= WORKERS * 2
    # The main one, the server's own, and those that measure connection and schema.
    assert threads(shop) <= 1 + POOL + 2
    assert load(shop, LIVE, 200).statuses == {200: 200}

    shop.proxy.turn(Mood.PASS)
    # A measurement that began before has to run out first.
    allowed = PING_TTL + (TIMEOUT if mood is Mood.HANG else 0)
    assert settled(shop, 200) <= max(TTL, allowed) + 1
    until_given_back(shop)


FORMATS = ("", "html", "json", "health%2Bjson", "text", "openmetrics", "xml")
PATHS = (LIVE, READY, DETAILED, PAGE, "/health/live", "/api/health", "/nowhere/")
SENT: tuple[dict[str, str], ...] = (
    {},
    BEARER,
    {"Authorization": "Bearer wrong"},
    {"Authorization": "Basic bm9ib2R5Om5vYm9keQ=="},
    {"X-Forwarded-For": "127.0.0.1"},
    {"Accept": "garbage"},
    {"Accept": "image/png"},
    {"Accept": "text/html;q=0.9,application/health+json"},
    {"Accept": ", ".join(["application/json;q=0.1"] * 200)},
    {"Cookie": "sessionid=" + "a" * 32},
)


def everything(shop: Shop) -> Counter[int]:
    """Ask for everything in every way; return the statuses."""
    statuses: Counter[int] = Counter()
    for path in PATHS:
        ways = [(f"?format={name}" if name else "", {}) for name in FORMATS]
        ways += [(f"?format={name}", BEARER) for name in FORMATS]
        ways += [("", headers) for headers in SENT]
        ways += [("?" + "q" * 10_000, BEARER), ("?format=" + "q" * 10_000, {})]
        ways += [("?format=%00%ff%F0", BEARER), ("?" + "&".join("abc") * 200, {})]
        for query, headers in ways:
            for method in ("GET", "HEAD"):
                answer = shop.site.get(f"{path}{query}", method, **headers)
                assert PASSWORD not in answer.text
                assert method == "GET" or answer.body == b""
                statuses[answer.status] += 1
        statuses[shop.site.get(path, "POST").status] += 1
    return statuses


@pytest.mark.parametrize("mood", list(Mood))
def test_whatever_is_asked(shop: Shop, mood: Mood) -> None:
    shop.proxy.turn(mood)
    settled(shop, 200 if mood is Mood.PASS else 503)
    statuses = everything(shop)
    usual = {200, 401, 404, 405, 406}
    assert set(statuses) == usual | (set() if mood is Mood.PASS else {503})
    log = shop.site.log.read_text("utf-8")
    assert PASSWORD not in log
    assert "Traceback" not in log


def test_a_role_that_is_refused(shop: Shop, tmp_path: Path) -> None:
    url = shop.site.environment["DATABASE_URL"]
    role = url.partition("//")[2].partition(":")[0]
    refused = Site(tmp_path, url.replace(f"//{role}:", "//nobody-here:", 1), SETTINGS)
    with refused.served():
        answer = refused.get(f"{DETAILED}?format=json", **BEARER)
        assert answer.status == 503
        assert "nobody-here" in answer.text
        assert everything(Shop(refused, shop.proxy)).keys() >= {200, 401, 503}
        assert "nobody-here" not in refused.get(READY).text + refused.get(PAGE).text
    assert PASSWORD not in refused.log.read_text("utf-8")
