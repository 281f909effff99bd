"""`migrate` of several databases, one of which cannot be reached."""

from __future__ import annotations

import json

import pytest

from tests.commands.conftest import Project

# Stands for a check of a model that asks the server what it can.
SETTINGS = """
from django.core import checks
DATABASES["gone"] = {
    "ENGINE": "django.db.backends.postgresql",
    "NAME": "shop",
    "HOST": "127.0.0.1",
    "PORT": "1",
}
def ask_each(databases, **_):
    from django.db import connections
    for alias in databases or ():
        connections[alias].ensure_connection()
    return []
checks.register(ask_each, checks.Tags.models)
"""
LAST = "DELETE FROM django_migrations WHERE name LIKE '0012_alter%'"
ALL = [part for it in ("default", "gone", "other") for part in ("--database", it)]


@pytest.fixture
def shards(project: Project) -> Project:
    pytest.importorskip("psycopg")
    with (project.path / "project_settings.py").open("a") as file:
        file.write(SETTINGS)
    for alias in ("default", "other"):
        project.sql(LAST, alias=alias)
    return project


def test_group_goes_on_where_one_cannot_be_reached(shards: Project) -> None:
    done = shards.run("migrate", "--group", "--keep-going", *ALL)

    assert done.returncode == 2, done.stdout + done.stderr
    assert "2 done, 1 failed." in done.stdout
    assert "Failed: 'gone'." in done.stdout
    assert "Database 'gone'" in done.stdout


def test_check_tells_of_each_database(shards: Project) -> None:
    done = shards.run("migrate", "--check", *ALL, "--format", "json")

    found = json.loads(done.stdout)["databases"]
    assert done.returncode == 2
    assert [it["alias"] for it in found] == ["default", "gone", "other"]
    assert [it["exit_code"] for it in found] == [1, 2, 1]
    assert found[1]["message"].startswith("Database 'gone' cannot be reached: ")
