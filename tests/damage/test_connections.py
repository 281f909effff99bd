"""The example shop on a standby, and through a pooler: the verdict is the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from tests.clusters import Cluster, cluster, standby
from tests.poolers import pooler

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("postgresql" in settings.ABSENT, reason="no PostgreSQL"),
]

SHOP = Path(__file__).parents[2] / "example_project"
DAMAGE = "ALTER TABLE orders_payment DROP COLUMN amount"
MISSING = [("SG102", "orders_payment", "amount")]
SOUND: list[tuple[str, str, str]] = []


def manage(port: int, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the shop's manage.py on the server of that port."""
    url = f"postgres://postgres@127.0.0.1:{port}/postgres"
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=SHOP,
        env=os.environ
        | {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "shop_site.settings",
            "PYTHONPATH": str(SHOP.parent),
        },
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def verdict(port: int) -> list[tuple[str, str, str]]:
    """Validate by the command; return code, table and object of each finding."""
    done = manage(port, "schemaguard", "validate", "--production", "--format=json")
    assert not done.stderr
    document = json.loads(done.stdout)
    assert document["databases"][0].get("error") is None
    assert document["skipped"] == []
    findings = [(it["code"], it["table"], it["object"]) for it in document["findings"]]
    assert done.returncode == int(bool(findings))
    return findings


@pytest.fixture
def shop() -> Iterator[Cluster]:
    """Migrate the shop on a new server."""
    with cluster() as server:
        done = manage(server.port, "migrate", "--verbosity=0")
        assert done.returncode == 0, done.stderr
        yield server


def test_on_a_hot_standby(shop: Cluster) -> None:
    with standby(shop) as replica:
        assert verdict(replica.port) == SOUND
        shop.sql(DAMAGE)
        _wait_for(lambda: verdict(replica.port) == MISSING)


@pytest.mark.parametrize("mode", ["transaction", "session"])
def test_through_a_pooler(shop: Cluster, mode: str) -> None:
    with pooler("127.0.0.1", shop.port, "postgres", mode) as port:
        assert verdict(port) == SOUND
        shop.sql(DAMAGE)
        # Again and again on the same two sessions of the server.
        assert [verdict(port), verdict(port)] == [MISSING, MISSING]


def _wait_for(holds: object) -> None:
    assert callable(holds)
    for _ in range(20):
        if holds():
            return
        time.sleep(0.2)
    raise AssertionError("It did not come to hold in time.")
