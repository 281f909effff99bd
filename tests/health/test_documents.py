"""The examples of the documents, tried on a running server."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from tests.health.site import ROOT, Site

if TYPE_CHECKING:
    from collections.abc import Iterator

yaml = pytest.importorskip("yaml")
pytestmark = pytest.mark.slow
HOWTO = ROOT / "docs" / "howto"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
POD = "10.244.1.7:8000"
# A server as strict as one in the wild, with what the page tells to add.
SETTINGS = """
ALLOWED_HOSTS = ["shop.example.com", "127.0.0.1"]
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^api/health/?$"]
MIDDLEWARE = ["django_schemaguard.health.middleware.LivenessMiddleware", *MIDDLEWARE]
"""


def blocks(page: str, language: str) -> list[str]:
    text = (HOWTO / page).read_text(encoding="utf-8")
    return [block for kind, block in BLOCK.findall(text) if kind == language]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    site = Site(folder, f"sqlite:///{folder / 'db.sqlite3'}", SETTINGS)
    site.manage("migrate", "-v0")
    with site.served("-w", "2"):
        yield site


def test_the_settings_are_those_of_the_page() -> None:
    told = "".join(blocks("health-checks.md", "python"))
    assert 'SECURE_REDIRECT_EXEMPT = [r"^api/health/?$"]' in told
    assert '"django_schemaguard.health.middleware.LivenessMiddleware"' in told


def kubernetes() -> dict[str, dict[str, Any]]:
    """Return the requests that the kubelet would make, by the kind of probe."""
    (example, *_) = blocks("health-checks.md", "yaml")
    (container,) = yaml.safe_load(example)["containers"]
    probes = ("startupProbe", "readinessProbe", "livenessProbe")
    assert sorted(container) == sorted(["name", *probes])
    return {probe: container[probe]["httpGet"] for probe in probes}


@pytest.mark.parametrize("probe", ["startupProbe", "readinessProbe", "livenessProbe"])
def test_kubernetes(site: Site, probe: str) -> None:
    request = kubernetes()[probe]
    headers = {"Host": POD, "User-Agent": "kube-probe/1.33", "Accept": "*/*"}
    for header in request.get("httpHeaders", ()):
        headers[header["name"]] = header["value"]
    assert site.get(request["path"], **headers).status == 200


def test_without_the_host_a_probe_is_refused(site: Site) -> None:
    path = kubernetes()["readinessProbe"]["path"]
    assert site.get(path, Host=POD).status == 400
    assert site.get("/health/", Host="shop.example.com").status == 301


def test_docker_compose(site: Site) -> None:
    example = blocks("health-checks.md", "yaml")[1]
    (service,) = yaml.safe_load(example)["services"].values()
    kind, program, *arguments = service["healthcheck"]["test"]
    assert (kind, program) == ("CMD", "python")

    def check(port: int) -> int:
        told = [word.replace(":8000", f":{port}") for word in arguments]
        command = [sys.executable, *told]
        return subprocess.run(command, check=False, stderr=-3, timeout=20).returncode

    assert check(site.port) == 0
    assert check(1) == 1


def test_prometheus(site: Site) -> None:
    scrape, rules = map(yaml.safe_load, blocks("monitoring.md", "yaml"))
    (job,) = scrape["scrape_configs"]
    query = "&".join(f"{k}={v}" for k, vs in job["params"].items() for v in vs)
    (host,) = job["static_configs"][0]["targets"]
    answer = site.get(f"{job['metrics_path']}?{query}", Host=host.partition(":")[0])
    assert answer.status == 200
    families = text_string_to_metric_families(answer.body.decode())
    samples = {sample.name for family in families for sample in family.samples}
    told = (HOWTO / "monitoring.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(\w+)` \|", told, re.MULTILINE))
    # SQLite, which the site uses, keeps no statistics of statements.
    assert samples == documented - {"schemaguard_slower_statements"}
    for rule in rules["groups"][0]["rules"]:
        assert re.match(r"\w+", rule["expr"])[0] in samples


@pytest.mark.parametrize("path", ["/health/live", "/health/live/"])
def test_the_middleware_asks_for_nothing(site: Site, path: str) -> None:
    answer = site.get(path, Host="not valid!")
    assert (answer.status, answer.body) == (200, b'{"status": "pass"}\n')
    assert "no-store" in answer.headers["Cache-Control"]
    assert site.get(path, "HEAD", Host=POD).body == b""
    assert site.get(path, "POST", Host=POD).status == 405
