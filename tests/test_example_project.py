"""The example shop migrates, validates and survives its own demo."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

EXAMPLE = Path(__file__).resolve().parent.parent / "example_project"
SCHEMES = {"postgresql": "postgres", "mysql": "mysql"}

pytestmark = pytest.mark.slow


@pytest.fixture
def url(connection: BaseDatabaseWrapper, tmp_path: Path) -> Iterator[str]:
    """Return the URL of a new, empty database on the server under test."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'shop.sqlite3'}"
        return
    server = connection.settings_dict
    name = f"{server['NAME']}_example"
    quoted = connection.ops.quote_name(name)
    user = quote(server["USER"])
    password = f":{quote(server['PASSWORD'])}" if server["PASSWORD"] else ""
    place = f"{user}{password}@{quote(server['HOST'], safe='')}:{server['PORT']}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {quoted}")
        cursor.execute(f"CREATE DATABASE {quoted}")
    yield f"{SCHEMES[connection.vendor]}://{place}/{name}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {quoted}")


def run(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a file of the example on that database."""
    environment = os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "shop_site.settings",
        "NO_COLOR": "1",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONPATH": f"{EXAMPLE}{os.pathsep}{EXAMPLE.parent}",
    }
    return subprocess.run(
        [sys.executable, EXAMPLE / arguments[0], *arguments[1:]],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env=environment,
        timeout=300,
    )


def test_the_walkthrough_ends_as_it_began(url: str) -> None:
    done = run(url, "walkthrough.py")

    assert done.stderr == ""
    codes = re.findall(r"\(exit code (\d+)\)", done.stdout)
    assert codes == ["0", "0", "0", "1", "0", "0"]
    assert done.returncode == 0
    _, first, second, third, fourth = done.stdout.split("schemaguard validate\n", 4)
    assert "rate_limit_violations' is missing" in second
    assert "catalogue_review' is missing" in third
    for sound in (first, fourth):
        assert "Database schema validation passed" in sound
        assert "is missing" not in sound


@pytest.mark.vendors("sqlite")
def test_the_walkthrough_can_be_repeated(url: str) -> None:
    assert run(url, "walkthrough.py").returncode == 0
    assert run(url, "walkthrough.py").returncode == 0


def test_the_walkthrough_refuses_a_database_with_other_tables(url: str) -> None:
    execute(url, "CREATE TABLE ledger (id integer)")

    done = run(url, "walkthrough.py")

    assert done.returncode == 2
    assert done.stderr == (
        "\nStopped: the database holds tables that are not the example's: ledger. "
        "Give the demo an empty database.\n"
    )
    assert "manage.py" not in done.stdout


@pytest.mark.vendors("sqlite")
def test_the_walkthrough_refuses_to_drop_rows(url: str) -> None:
    assert run(url, "manage.py", "migrate", "-v0").returncode == 0
    execute(url, "INSERT INTO rate_limit_violations VALUES ('::1', 3)")

    done = run(url, "walkthrough.py")

    assert done.returncode == 2
    assert done.stderr == (
        "\nStopped: rate_limit_violations holds rows, and the demo would drop it.\n"
    )
    assert "schemaguard validate" not in done.stdout


def execute(url: str, sql: str) -> None:
    """Run one statement on that database."""
    script = f"from django.db import connection; connection.cursor().execute({sql!r})"
    done = run(url, "manage.py", "shell", "-v0", "-c", script)
    assert done.returncode == 0, done.stderr


def test_migrations_are_complete(tmp_path: Path) -> None:
    done = run(
        f"sqlite:///{tmp_path / 'empty.sqlite3'}",
        "manage.py",
        "makemigrations",
        "--check",
        "--dry-run",
    )

    assert done.stdout == "No changes detected\n"
    assert done.returncode == 0


@pytest.mark.vendors("sqlite")
@pytest.mark.parametrize("interface", ["wsgi", "asgi"])
def test_the_shop_starts_unless_a_required_table_is_missing(
    url: str, tmp_path: Path, interface: str
) -> None:
    assert run(url, "manage.py", "migrate", "-v0").returncode == 0
    script = tmp_path / "serve.py"
    script.write_text(f"import shop_site.{interface}\n", encoding="utf-8")

    execute(url, "DROP TABLE rate_limit_violations")
    without_optional = run(url, str(script))
    execute(url, "DROP TABLE catalogue_review")
    without_required = run(url, str(script))

    assert without_optional.returncode == 0, without_optional.stderr
    assert "Optional table 'rate_limit_violations' is missing" in (
        without_optional.stderr
    )
    assert without_required.returncode == 3
    assert "❌ Required table 'catalogue_review' is missing" in without_required.stderr
