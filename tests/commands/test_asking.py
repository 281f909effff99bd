"""What is asked on a terminal."""

from __future__ import annotations

import sys

import pytest

from tests.commands.conftest import Project
from tests.commands.test_auto_fix import TABLE, tables
from tests.terminals import on_a_terminal

QUESTION = "Apply this to database 'default'? [y/N] "


def answered(project: Project, answer: str, *words: str) -> str:
    """Run the command on a terminal and answer its question; return what it shows."""
    command = [sys.executable, "-m", "django", "schemaguard", *words]
    return on_a_terminal(command, answer, env=project.environment, cwd=project.path)


@pytest.mark.parametrize(("answer", "done"), [("y", True), ("", False), ("no", False)])
def test_repair_is_asked_for_and_only_yes_is_yes(
    project: Project, answer: str, done: bool
) -> None:
    project.sql(f"DROP TABLE {TABLE}")
    shown = answered(project, answer, "auto_fix", "--production")
    assert QUESTION in shown
    assert f'CREATE TABLE "{TABLE}"' in shown
    assert (TABLE in tables(project)) is done
    assert ("Nothing was done." in shown) is not done


def test_rollback_is_asked_for(project: Project) -> None:
    project.sql(f"DROP TABLE {TABLE}")
    project.run("auto_fix", "--yes")
    shown = answered(project, "no", "rollback", "--production")
    assert "Undo run 1 of database 'default'? [y/N] " in shown
    assert TABLE in tables(project)
    answered(project, "yes", "rollback", "--production")
    assert TABLE not in tables(project)
