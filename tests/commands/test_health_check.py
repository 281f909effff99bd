from __future__ import annotations

import json
import re
import sqlite3
import threading
import time
from importlib.resources import files

import jsonschema
import pytest
from django.core.management import call_command
from django.db import connections

from tests.commands.conftest import Project


def masked(text: str) -> str:
    """Return the text without what varies."""
    text = re.sub(r"\d+ queries, \d+\.\d\d s", "Q", text)
    text = text.replace(sqlite3.sqlite_version, "3.N")
    return re.sub(r"\d+\.\d\d ms", "N ms", text)


def test_all_is_well(project: Project) -> None:
    done = project.run("health_check")
    assert (
        masked(done.stdout)
        == """\
Checks of database 'default'
  ✅ connection: N ms
  ✅ server: sqlite 3.N
  ✅ schema
  ✅ migrations
  ✅ privileges

✅ Database schema validation passed (12 tables, Q)
"""
    )
    assert (done.stderr, done.returncode) == ("", 0)


def test_each_check_has_its_findings(project: Project) -> None:
    project.sql(
        "DROP TABLE auth_user_groups",
        "DELETE FROM django_migrations WHERE name = '0012_alter_user_first_name'"
        " || '_max_length'",
    )
    done = project.run("health-check", "--production", "--format", "json")
    assert (done.stderr, done.returncode) == ("", 1)
    document = json.loads(done.stdout)
    made = document.pop("checks")["default"]
    assert {name: check["status"] for name, check in made.items()} == {
        "connection": "pass",
        "server": "pass",
        "schema": "fail",
        "migrations": "warn",
        "privileges": "pass",
    }
    assert made["schema"]["codes"] == ["SG101"]
    assert made["migrations"]["codes"] == ["SG701"]
    assert re.fullmatch(r"\d+\.\d\d ms", made["connection"]["output"])
    schema = files("django_schemaguard.reporters") / "validate-1.schema.json"
    jsonschema.validate(document, json.loads(schema.read_text(encoding="utf-8")))


def test_what_is_no_database_is_not_taken_for_sound(project: Project) -> None:
    (project.path / "default.sqlite3").write_bytes(b"no database" * 100)
    done = project.run("health_check")
    assert done.returncode == 2
    for name in ("connection", "migrations", "privileges"):
        assert f"{name}: not checked\n" in done.stdout
    assert "✅ connection" not in done.stdout


def test_without_a_database_nothing_else_is_known(project: Project) -> None:
    done = project.run("health_check", "--database", "absent")
    assert (
        """\
Checks of database 'absent'
  ❌ connection: failed
  ℹ️ server: not checked
  ℹ️ schema: not checked
  ℹ️ migrations: not checked
  ℹ️ privileges: not checked

❌ Database connection failed (absent)
"""
        in done.stdout
    )
    assert (done.stderr, done.returncode) == ("", 2)


@pytest.mark.slow
def test_the_other_formats_are_those_of_validate(project: Project) -> None:
    project.sql("DROP TABLE auth_user_groups")
    done = project.run("health_check", "--format", "github")
    assert done.stdout.startswith("::error ")
    assert done.returncode == 1


def test_waits_until_all_is_well(project: Project) -> None:
    project.sql("ALTER TABLE auth_user_groups RENAME TO kept")
    back = threading.Timer(
        1.5, project.sql, ["ALTER TABLE kept RENAME TO auth_user_groups"]
    )
    back.start()
    begun = time.monotonic()
    done = project.run("health_check", "--wait", "30")
    back.join()
    assert done.returncode == 0, done.stdout
    assert 1.5 < time.monotonic() - begun < 20
    assert done.stdout.count("Database schema validation") == 1


@pytest.mark.slow
def test_waits_no_longer_than_told(project: Project) -> None:
    begun = time.monotonic()
    done = project.run("health_check", "--database", "absent", "--wait", "1.2")
    assert done.returncode == 2
    assert 1.2 < time.monotonic() - begun < 10


@pytest.mark.slow
def test_a_wait_of_nothing_is_refused(project: Project) -> None:
    done = project.run("health_check", "--wait", "0")
    assert done.returncode == 2
    assert "'0' is no number of seconds above 0." in done.stderr


def test_checks_a_server(alias: str, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("schemaguard", "health_check", "--fail-level=never", database=[alias])
    told = capsys.readouterr().out
    assert f"Checks of database '{alias}'\n  ✅ connection: " in told
    vendor = "mariadb" if alias == "mariadb" else connections[alias].vendor
    assert f"  ✅ server: {vendor} " in told
    assert "  ✅ privileges\n" in told
