"""What the guard mends before it judges."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest

from tests.startup.serving import Ended, Site, start
from tests.startup.test_servers import PASSED, REFUSED

FIXING = "🔧 Auto-fixing missing tables..."
FIXED = "✅ Auto-fixed missing tables (1 repair, run 1)"
RUNS = "SELECT command, status, arguments FROM schemaguard_run"


def journal(site: Site) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(site.database)) as connection:
        return connection.execute(RUNS).fetchall()


def test_one_of_four_workers_repairs(site: Site) -> None:
    site.sql("DROP TABLE users")
    site = site.having(STARTUP_AUTO_FIX=True)
    ended = start(site, "gunicorn-4", "/count", told=(PASSED, 4))
    assert ended.code is None, ended.said
    assert ended.answers[0].endswith(" 0")
    assert ended.said.count(FIXING) == 1
    assert ended.said.count(FIXED) == 1
    assert journal(site) == [("auto_fix", "done", '["startup"]')]


def test_development_repairs_unless_told_otherwise(site: Site) -> None:
    site.sql("DROP TABLE users")
    ended = start(site.within(SITE_DEBUG="1"), "uvicorn", "/count")
    lines = ended.said.splitlines()
    assert ended.answers[0].endswith(" 0")
    assert FIXED in lines
    assert any(line.startswith(PASSED) for line in lines)


@pytest.mark.slow
def test_production_repairs_only_when_told_to(site: Site) -> None:
    site.sql("DROP TABLE users")
    ended = start(site, "uvicorn")
    assert ended.code == 3
    assert FIXING not in ended.said
    assert journal(site) == []


@pytest.mark.slow
def test_what_cannot_be_mended_is_judged(site: Site) -> None:
    site.sql(
        "INSERT INTO users (name) VALUES ('Ada')", "ALTER TABLE users DROP COLUMN name"
    )
    strict = site.having(STARTUP_AUTO_FIX=True, STARTUP="strict")
    ended = start(strict, "uvicorn")
    assert ended.code == 3, ended.said
    assert "❌ Column 'users.name' (varchar(50)) is missing" in ended.said
    assert REFUSED in ended.said
    assert journal(site) == []


def test_a_database_that_cannot_be_written_to_is_judged(site: Site) -> None:
    site.sql("DROP TABLE users")
    site = site.having(STARTUP_AUTO_FIX=True).on(
        ENGINE="django.db.backends.sqlite3",
        NAME=f"file:{site.database}?mode=ro",
        OPTIONS={"uri": True},
    )
    ended = start(site, "uvicorn")
    assert ended.code == 3, ended.said
    assert "❌ Auto-fixing missing tables failed: " in ended.said
    assert REFUSED in ended.said


@pytest.mark.slow
def test_one_of_eight_workers_repairs_on_a_server(postgresql_site: Site) -> None:
    """Two servers, as two machines would, on one database."""
    script = "from django.db import connection; connection.cursor().execute({!r})"
    shell = ("shell", "-v0", "-c")
    dropped = postgresql_site.manage(*shell, script.format("DROP TABLE users"))
    assert dropped.returncode == 0, dropped.stderr
    site = postgresql_site.having(STARTUP_AUTO_FIX=True)

    def serve(_: int) -> Ended:
        return start(site, "gunicorn-4", "/count", told=(PASSED, 4))

    with ThreadPoolExecutor() as pool:
        ended = list(pool.map(serve, range(2)))
    assert [each.code for each in ended] == [None, None], ended
    said = "".join(each.said for each in ended)
    assert said.count(FIXING) == said.count(FIXED) == 1
    assert "❌" not in said
    counted = postgresql_site.manage(
        *shell,
        "from django_schemaguard.models import Run;"
        " print([(run.command, run.status) for run in Run.objects.all()])",
    )
    assert counted.stdout == "[('auto_fix', 'done')]\n"
