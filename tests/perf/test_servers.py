"""Real servers that count statements; one of three queries loses its index."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.clusters import cluster
from tests.commands.conftest import ROOT, SETTINGS
from tests.mariadbs import mariadb

pytestmark = pytest.mark.slow

TRAFFIC = """\
import django
django.setup()
from django.contrib.auth.models import User
from django.core.management import call_command
def use():
    for number in range(120):
        list(User.objects.filter(username=f"user {number}"))
        list(User.objects.filter(pk=number))
        list(User.objects.filter(pk__in=range(1, 2 + number % 5)))
def snapshot():
    call_command("schemaguard", "perf", "snapshot")
"""
ROWS = (
    "INSERT INTO auth_user (password, is_superuser, username, first_name, last_name,"
    " email, is_staff, is_active, date_joined) SELECT '', false, {name}, '', '',"
    " repeat('x', 100), false, true, now() FROM {numbers}"
)


MIGRATION = """\
from django.db import migrations
class Migration(migrations.Migration):
    operations = [migrations.RunSQL([*{!r}])]
"""
METRICS = """\
import django
django.setup()
from django_schemaguard.health import as_html, as_json, as_openmetrics, snapshots
health = snapshots.health()
print(as_openmetrics.public(health), as_json.detailed(health))
print(as_html.detailed(health, ""))
"""


class Server(Protocol):
    @property
    def settings(self) -> dict[str, Any]: ...

    def sql(self, statement: str) -> None: ...


class Project:
    def __init__(self, path: Path, server: Server) -> None:
        self.path = path
        self.server = server
        text = SETTINGS + f"DATABASES = {{'default': {server.settings!r}}}\n"
        (path / "perf_settings.py").write_text(text, encoding="utf-8")
        self.python("-m", "django", "migrate", "-v", "0")

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

    def take_windows(self, *statements: str) -> dict[str, Any]:
        """Take a snapshot before a migration, let its run take two, and one later."""
        done = self.python("-c", f"{TRAFFIC}use(); snapshot(); use()")
        assert done.stdout.startswith("Snapshot 1 ")
        package = self.path / "people" / "migrations"
        package.mkdir(parents=True)
        for folder in (package, package.parent):
            (folder / "__init__.py").touch()
        (package / "0001_drop.py").write_text(MIGRATION.format(statements))
        self.configure("INSTALLED_APPS.append('people')")
        words = ("migrate", "people", "--mode", "development")
        done = self.python("-m", "django", "schemaguard", *words)
        assert "people.0001_drop" in done.stdout
        self.python("-c", f"{TRAFFIC}use(); snapshot()")
        done = self.perf("compare", "--format", "json")
        assert done.returncode == 1
        document: dict[str, Any] = json.loads(done.stdout)
        assert (document["before"], document["after"]) == ([1, 2], [3, 4])
        return document

    def configure(self, line: str) -> None:
        with (self.path / "perf_settings.py").open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")


@pytest.fixture
def postgresql(tmp_path: Path) -> Iterator[Project]:
    with cluster(shared_preload_libraries="pg_stat_statements") as server:
        made = Project(tmp_path, server)
        server.sql(
            ROWS.format(name="'user ' || n", numbers="generate_series(1, 60000) n")
        )
        server.sql("ANALYZE auth_user")
        yield made


def connect_as_plain_role(project: Project) -> None:
    project.server.sql(
        "CREATE ROLE plain LOGIN;"
        " GRANT ALL ON ALL TABLES IN SCHEMA public TO plain;"
        " GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO plain"
    )
    project.configure("DATABASES['default']['USER'] = 'plain'")


def check_what_a_plain_role_reads(project: Project) -> None:
    connect_as_plain_role(project)
    done = project.perf("snapshot")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "Role plain may read no statement but its own, and has run none of the"
        " project's.",
        "GRANT pg_read_all_stats TO plain;",
    ]
    told = project.python("-c", f"{TRAFFIC}use(); snapshot()").stdout
    assert "\nDoubt:  Snapshot 5 lacks " in told
    told = project.perf("compare", "--before", "1", "2", "--after", "4", "5").stdout
    assert "Doubt:  Snapshot 5 lacks " in told


@pytest.mark.vendors("postgresql")
def test_query_that_lost_its_index_is_found_and_no_other(postgresql: Project) -> None:
    done = postgresql.perf("snapshot")
    assert "Extension pg_stat_statements is not in database 'default'" in done.stdout
    assert done.returncode == 0
    postgresql.server.sql("CREATE EXTENSION pg_stat_statements")

    document = postgresql.take_windows(
        "ALTER TABLE auth_user DROP CONSTRAINT auth_user_username_key",
        "DO $$ BEGIN EXECUTE (SELECT 'DROP INDEX ' || indexname FROM pg_indexes"
        " WHERE indexname LIKE 'auth_user_username%_like'); END $$",
    )
    (slower,) = document["slower"]
    assert slower["statement"].endswith('WHERE "auth_user"."username" = ?')
    assert slower["times"] > 10
    assert slower["before"]["calls"] == slower["after"]["calls"] == 120
    assert slower["after"]["blocks"] > 20 * slower["before"]["blocks"]
    assert document["doubts"] == []
    assert document["new"] == document["gone"] == []

    told = postgresql.python("-m", "django", "schemaguard", "history").stdout
    assert "after run 1: 1 statement\n" in told
    assert 'WHERE "auth_user"."username" = ?' in told
    told = postgresql.python("-c", METRICS).stdout
    assert 'schemaguard_slower_statements{database="default"} 1' in told
    assert '"source": "after run 1"' in told
    assert "<h3>Queries since after run 1</h3>" in told

    check_what_a_plain_role_reads(postgresql)


@pytest.mark.vendors("mariadb")
def test_mariadb_finds_it_by_its_digests(tmp_path: Path) -> None:
    with mariadb("--performance-schema=ON") as server:
        project = Project(tmp_path, server)
        names = "CONCAT('user ', seq)"
        server.sql(ROWS.format(name=names, numbers="seq_1_to_30000"))
        document = project.take_windows("ALTER TABLE auth_user DROP INDEX username")
        (slower,) = document["slower"]
        assert slower["statement"].endswith("WHERE `auth_user` . `username` = ?")
        assert slower["before"]["calls"] == slower["after"]["calls"] == 120
        assert slower["before"]["blocks"] <= 1
        assert slower["after"]["blocks"] >= 30_000
        assert document["new"] == document["gone"] == []

        server.sql("CREATE USER plain")
        server.sql("GRANT ALL ON site.* TO plain")
        project.configure("DATABASES['default']['USER'] = 'plain'")
        done = project.perf("snapshot")
        assert done.returncode == 0
        assert "cannot be read: SELECT command denied to user 'plain'" in done.stdout
        server.sql("GRANT SELECT ON performance_schema.* TO plain")
        assert project.perf("snapshot").stdout.startswith("Snapshot ")

        server.sql(
            "UPDATE performance_schema.setup_consumers SET ENABLED = 'NO'"
            " WHERE NAME = 'statements_digest'"
        )
        done = project.perf("snapshot")
        assert done.returncode == 0
        told = "The server of 'default' keeps no digests of statements."
        assert done.stdout.splitlines()[0] == told
