from __future__ import annotations

import json

import pytest

from django_schemaguard.core.report import DatabaseReport
from django_schemaguard.tenants.focus import alike_databases
from tests.commands.conftest import Project, migrated, project

__all__ = ["migrated", "project"]

EXTRA = "CREATE INDEX by_hand ON auth_user (first_name)"
BOTH = ("validate", "--database", "default", "--database", "other", "--group")


def test_databases_alike_are_told_once(project: Project) -> None:
    done = project.run(*BOTH, "--format", "json", "--fail-level", "info")
    document = json.loads(done.stdout)
    (database,) = document["databases"]
    assert database["shards"] == ["default", "other"]
    assert done.returncode == 0


def test_shard_that_differs_is_told_apart(project: Project) -> None:
    project.sql(EXTRA, alias="other")
    lines = project.run(*BOTH, "--database", "absent").stdout.splitlines()
    assert any("Index 'by_hand' of 'auth_user'" in line for line in lines)
    assert any("Database connection failed (absent)" in line for line in lines)
    assert not any("shape" in line for line in lines)


def test_databases_that_failed_are_never_joined() -> None:
    lost = [
        DatabaseReport(alias, "postgresql", None, reachable=False, error="refused")
        for alias in ("a", "b")
    ]
    assert alike_databases(lost) == tuple(lost)


def test_baseline_knows_no_groups(project: Project) -> None:
    done = project.run("validate", "--group", "--baseline", "b.json")
    assert done.returncode == 2
    assert done.stderr.startswith("❌ Give --baseline, or --schemas")


@pytest.mark.slow
def test_first_database_is_the_canary(project: Project) -> None:
    lost = "DROP INDEX auth_group_permissions_group_id_b120cbf9"
    for alias in ("default", "other"):
        project.sql(lost, alias=alias)
    both = ("--database", "default", "--database", "other", "--group", "--yes")
    stopped = project.run("auto_fix", "--database", "absent", *both)
    assert stopped.returncode == 2
    assert "1 failed, 2 not tried." in stopped.stdout
    assert "Not tried: 'default' and 'other'." in stopped.stdout
    done = project.run("auto_fix", *both, "--format", "json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["summary"]["done"]) == (0, 2)
    assert document["canary"]["alias"] == "default"
    assert document["canary"]["applied"][0]["table"] == "auth_group_permissions"
