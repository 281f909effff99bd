"""A site whose database is migrated, in a directory of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

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
