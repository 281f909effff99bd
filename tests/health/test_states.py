"""What each state of a database is to a load balancer."""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.health.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow
SETTINGS = """
SCHEMAGUARD = SCHEMAGUARD | {"STARTUP": "off", "HEALTH": {"TTL": 0.1, "PING_TTL": 0.1}}
"""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve the shop, migrated; each test leaves it so."""
    folder = tmp_path_factory.mktemp("site")
    site = Site(folder, f"sqlite:///{folder / 'db.sqlite3'}", SETTINGS)
    site.manage("migrate", "-v0")
    with site.served("-w", "1"):
        ready(site, 200, "pass")
        yield site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Serve the shop, without its database."""
    site = Site(tmp_path, f"sqlite:///{tmp_path / 'db.sqlite3'}", SETTINGS)
    with site.served("-w", "1"):
        yield site


def ready(site: Site, status: int, word: str) -> dict[str, Any]:
    """Wait until the probe gets this HTTP status and word; return its document."""
    end = time.monotonic() + 15
    while True:
        answer = site.get("/api/health/")
        document: dict[str, Any] = json.loads(answer.body)
        if (answer.status, document["status"]) == (status, word):
            return {name: check for name, (check,) in document["checks"].items()}
        assert time.monotonic() < end, answer.text
        time.sleep(0.05)


def sql(site: Site, statement: str) -> None:
    with closing(sqlite3.connect(site.folder / "db.sqlite3")) as connection:
        connection.execute(statement)
        connection.commit()


def test_without_a_file_and_without_tables(site: Site) -> None:
    assert ready(site, 503, "fail")["default:connection"]["status"] == "fail"
    sql(site, "CREATE TABLE something (id integer)")
    site.manage("migrate", "-v0", "contenttypes")
    sql(site, "DELETE FROM django_migrations")
    end = time.monotonic() + 15
    while ready(site, 503, "fail")["default:connection"]["status"] != "pass":
        assert time.monotonic() < end
    assert site.get("/health/live/").status == 200


def test_in_the_middle_of_a_rollout_migrations_wait(sound: Site) -> None:
    sound.manage("migrate", "-v0", "orders", "0003")
    found = ready(sound, 200, "warn")["default:migrations"]
    assert (found["status"], found["observedValue"]) == ("warn", 1)
    assert found["output"] == "SG701"
    metrics = sound.get("/api/health/?format=openmetrics").text
    assert 'schemaguard_unapplied_migrations{database="default"} 1' in metrics
    assert sound.get("/health/").status == 200
    sound.manage("migrate", "-v0")
    ready(sound, 200, "pass")


def test_an_optional_table_is_a_warning(sound: Site) -> None:
    sql(sound, "ALTER TABLE rate_limit_violations RENAME TO elsewhere")
    assert ready(sound, 200, "warn")["default:schema"]["output"] == "SG101"
    sql(sound, "ALTER TABLE elsewhere RENAME TO rate_limit_violations")
    ready(sound, 200, "pass")


def test_a_required_table_is_a_failure(sound: Site) -> None:
    sql(sound, "ALTER TABLE catalogue_review RENAME TO elsewhere")
    found = ready(sound, 503, "fail")["default:schema"]
    assert (found["status"], "SG101" in found["output"].split()) == ("fail", True)
    assert sound.get("/health/live/").status == 200
    sql(sound, "ALTER TABLE elsewhere RENAME TO catalogue_review")
    ready(sound, 200, "pass")
