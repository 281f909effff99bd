"""What is asked on a terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time

import pytest

from tests.commands.conftest import Project
from tests.commands.test_auto_fix import TABLE, tables

QUESTION = "Apply this to database 'default'? [y/N] "


def answered(project: Project, answer: str, *words: str) -> str:
    """Run auto_fix on a terminal and answer its question; return what it shows."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "django", "schemaguard", *words],
        env=project.environment | {"TERM": "dumb", "COLUMNS": "200"},
        cwd=project.path,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown, sent, end = "", False, time.monotonic() + 30
    while time.monotonic() < end:
        ready, _, _ = select.select([ours], [], [], 0.2)
        try:
            data = os.read(ours, 65536) if ready else b""
        except OSError:  # The other end is closed.
            break
        shown += data.decode()
        if not sent and "[y/N] " in shown:
            os.write(ours, f"{answer}\n".encode())
            sent = True
    process.wait(30)
    os.close(ours)
    return shown


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
