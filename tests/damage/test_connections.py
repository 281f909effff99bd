"""The example shop on a standby, and through a pooler: the verdict is the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from tests.clusters import Cluster, cluster, standby

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

POOLER = """\
[databases]
* = host=127.0.0.1 port={port} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
ignore_startup_parameters = extra_float_digits,options
default_pool_size = 2
"""


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
def test_through_a_pooler(shop: Cluster, mode: str, tmp_path: Path) -> None:
    with pooler(shop, mode, tmp_path) as port:
        assert verdict(port) == SOUND
        shop.sql(DAMAGE)
        # Again and again on the same two sessions of the server.
        assert [verdict(port), verdict(port)] == [MISSING, MISSING]


@contextmanager
def pooler(server: Cluster, mode: str, folder: Path) -> Iterator[int]:
    """Yield the port of a PgBouncer in front of the server."""
    program = shutil.which("pgbouncer", path=f"{os.defpath}:/usr/sbin")
    if program is None:
        assert os.environ.get("CI") != "true", "pgbouncer must be there with CI=true"
        pytest.skip("pgbouncer is not installed")
    own = server.port + 1 if server.port < 65_535 else server.port - 1
    configuration = folder / "pgbouncer.ini"
    configuration.write_text(POOLER.format(port=server.port, own=own, mode=mode))
    for path in (configuration, *configuration.parents[:3]):
        path.chmod(path.stat().st_mode | 0o055)
    process = subprocess.Popen(
        [program, "-q", configuration],
        user=server.owner,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(lambda: manage(own, "check", "--database=default").returncode == 0)
        yield own
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(holds: object) -> None:
    assert callable(holds)
    for _ in range(20):
        if holds():
            return
        time.sleep(0.2)
    raise AssertionError("It did not come to hold in time.")
