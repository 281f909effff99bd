"""A site whose database is migrated, in a directory of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import servers
from tests.startup.serving import Site


@pytest.fixture(scope="session")
def migrated_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory of the site after `migrate`."""
    path = tmp_path_factory.mktemp("site")
    done = Site(path).manage("migrate", "-v", "0")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return path


@pytest.fixture
def site(migrated_site: Path, tmp_path: Path) -> Site:
    """Return the site as it was after `migrate`."""
    shutil.copy(migrated_site / "site.sqlite3", tmp_path)
    return Site(tmp_path)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """Return the settings of a new database on PostgreSQL."""
    found = servers.postgresql()
    if isinstance(found, servers.Absent):
        pytest.skip(f"postgresql: {found.reason}")
    psycopg = pytest.importorskip("psycopg")
    place = found.settings
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    name = f"schemaguard_startup_{servers.SUFFIX}{worker}".lower()
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
        kept = ("ENGINE", "HOST", "PORT", "USER", "PASSWORD")
        yield {"NAME": name} | {key: place[key] for key in kept}
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgresql_site(server: dict[str, Any], tmp_path: Path) -> Site:
    """Return the site on PostgreSQL, as it was after `migrate`."""
    site = Site(tmp_path).on(**server)
    done = site.manage("migrate", "-v", "0")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return site
