"""A real server that counts statements; one of three queries loses its index."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clusters import Cluster, cluster
from tests.commands.conftest import ROOT, SETTINGS

pytestmark = [pytest.mark.slow, pytest.mark.vendors("postgresql")]

TRAFFIC = """\
import django
django.setup()
from django.contrib.auth.models import User
for number in range(120):
    list(User.objects.filter(username=f"user {number}"))
    list(User.objects.filter(pk=number))
    list(User.objects.filter(pk__in=range(1, 2 + number % 5)))
"""
ROWS = (
    "INSERT INTO auth_user (password, is_superuser, username, first_name, last_name,"
    " email, is_staff, is_active, date_joined) SELECT '', false, 'user ' || n, '', '',"
    " repeat('x', 100), false, true, now() FROM generate_series(1, 60000) n"
)


class Project:
    def __init__(self, path: Path, server: Cluster) -> None:
        self.path = path
        self.server = server
        text = SETTINGS + f"DATABASES = {{'default': {server.settings!r}}}\n"
        (path / "perf_settings.py").write_text(text, encoding="utf-8")

    def python(self, *words: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, *words],
            env=os.environ
            | {
                "DJANGO_SETTINGS_MODULE": "perf_settings",
                "PYTHONPATH": f"{self.path}{os.pathsep}{ROOT}",
                "PYTHONUTF8": "1",
            },
            cwd=self.path,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert done.stderr == "", done.stderr
        return done

    def perf(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.python("-m", "django", "schemaguard", "perf", *words)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with cluster(shared_preload_libraries="pg_stat_statements") as server:
        made = Project(tmp_path, server)
        made.python("-m", "django", "migrate", "-v", "0")
        server.sql(ROWS)
        server.sql("ANALYZE auth_user")
        yield made


def drop_indexes(server: Cluster) -> None:
    """Drop the unique constraint of the user's name, and its index for LIKE."""
    server.sql("ALTER TABLE auth_user DROP CONSTRAINT auth_user_username_key")
    server.sql(
        "DO $$ BEGIN EXECUTE (SELECT 'DROP INDEX ' || indexname FROM pg_indexes"
        " WHERE indexname LIKE 'auth_user_username%_like'); END $$"
    )


def connect_as_plain_role(project: Project) -> None:
    project.server.sql(
        "CREATE ROLE plain LOGIN;"
        " GRANT ALL ON ALL TABLES IN SCHEMA public TO plain;"
        " GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO plain"
    )
    with (project.path / "perf_settings.py").open("a", encoding="utf-8") as file:
        file.write("DATABASES['default']['USER'] = 'plain'\n")


def take_windows(project: Project) -> None:
    """Take two snapshots before the change, one at it, and one later."""
    for _ in range(2):
        project.python("-c", TRAFFIC)
        assert project.perf("snapshot").stdout.startswith("Snapshot ")
    drop_indexes(project.server)
    project.perf("snapshot")
    project.python("-c", TRAFFIC)
    project.perf("snapshot")


def test_query_that_lost_its_index_is_found_and_no_other(project: Project) -> None:
    done = project.perf("snapshot")
    assert "Extension pg_stat_statements is not in database 'default'" in done.stdout
    assert done.returncode == 0
    project.server.sql("CREATE EXTENSION pg_stat_statements")

    take_windows(project)
    done = project.perf("compare", "--format", "json")
    assert done.returncode == 1
    document = json.loads(done.stdout)
    (slower,) = document["slower"]
    assert slower["statement"].endswith('WHERE "auth_user"."username" = ?')
    assert slower["times"] > 10
    assert slower["before"]["calls"] == slower["after"]["calls"] == 120
    assert slower["after"]["blocks"] > 20 * slower["before"]["blocks"]
    assert document["doubts"] == []
    assert document["new"] == document["gone"] == []

    text = project.perf("compare").stdout
    assert "1 statement costs more than before (3 compared, 0 new, 0 gone)." in text

    connect_as_plain_role(project)
    assert project.perf("snapshot").returncode == 0
    told = project.perf("compare", "--before", "1", "2", "--after", "4", "5").stdout
    assert "statements of other roles are hidden from this one" in told
