from __future__ import annotations

import pytest

from tests.commands.conftest import Project

STOP = """
import django; django.setup()
from django_schemaguard.models import Run
Run.objects.create(command="migrate", status="{status}", alias="default")
"""
TOLD = (
    "Run 1 of migrate on 'default' stopped half-way: settle it first;"
    " 'manage.py schemaguard resume' tells how.\n"
)


@pytest.mark.slow
def test_stopped_run_is_told_beside_pending_migrations(project: Project) -> None:
    project.sql("DELETE FROM django_migrations WHERE app = 'auth'")
    assert "half-way" not in project.run("validate").stderr
    done = project.run("resume")
    assert done.returncode == 2
    assert "No run on database 'default' stopped half-way." in done.stderr
    done = project.python("-c", STOP.format(status="needs_resume"))
    assert done.returncode == 0, done.stderr
    assert TOLD in project.run("validate", "--format", "json").stderr
    assert TOLD in project.run("auto_fix", "--dry-run").stderr
    done = project.run("resume")
    assert done.returncode == 4
    assert "Run 1 on database 'default' stopped half-way and" in done.stderr
    project.sql("DROP TABLE schemaguard_schemaversion")
    done = project.run("validate")
    assert "half-way" not in done.stderr
    assert "Traceback" not in done.stderr
