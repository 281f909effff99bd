from __future__ import annotations

import json

import pytest

from tests.commands.conftest import Project
from tests.commands.test_validate import EXTRA, masked

DROP = "ALTER TABLE auth_user DROP COLUMN first_name"
WORDS = ("validate", "--baseline", "known.json", "--fail-level", "info")


def test_first_run_accepts_and_the_next_reports_news_alone(project: Project) -> None:
    project.sql(DROP)
    first = project.run(*WORDS)
    assert first.stderr == (
        "Wrote a new baseline, which accepts 1 finding, to 'known.json'.\n"
    )
    assert masked(first.stdout) == (
        "✅ Database schema validation passed (12 tables, Q): 1 known\n"
    )
    assert first.returncode == 0
    project.sql(EXTRA.replace("first_name", "last_name"))
    second = project.run(*WORDS)
    assert (second.stderr, second.returncode) == ("", 1)
    assert "by_hand" in second.stdout
    assert "first_name" not in second.stdout
    assert masked(second.stdout).endswith(": 1 info, 1 known\n")


def test_what_was_mended_is_named_until_the_update(project: Project) -> None:
    project.sql(EXTRA)
    project.run(*WORDS)
    project.sql("DROP INDEX by_hand")
    told = project.run(*WORDS)
    assert (
        "In the baseline, and no longer found (1):\n  SG306 auth_user.by_hand\n"
        in told.stdout
    )
    assert told.returncode == 0
    updated = project.run(*WORDS, "--update-baseline")
    assert updated.stderr == "Wrote 0 findings to 'known.json'.\n"
    assert "no longer found" not in updated.stdout


def test_one_app_says_nothing_of_the_others(project: Project) -> None:
    project.sql(DROP)
    project.run(*WORDS)
    done = project.run(*WORDS, "contenttypes")
    assert "no longer found" not in done.stdout
    assert done.returncode == 0


def test_one_app_makes_no_baseline(project: Project) -> None:
    project.sql(DROP)
    assert project.run(*WORDS, "auth").returncode == 1
    assert not (project.path / "known.json").exists()


def test_nothing_is_written_where_a_database_is_lost(project: Project) -> None:
    done = project.run(*WORDS, "--all-databases")
    assert done.returncode == 2
    assert not (project.path / "known.json").exists()


def test_json_on_stdout_stays_json(project: Project) -> None:
    project.sql(DROP)
    done = project.run(*WORDS, "--format", "json")
    assert json.loads(done.stdout)["summary"]["known"] == 1


def test_file_is_the_same_each_time(project: Project) -> None:
    project.sql(DROP, EXTRA.replace("first_name", "last_name"))
    path = project.path / "known.json"
    project.run(*WORDS)
    first = path.read_bytes()
    project.run(*WORDS, "--update-baseline", PYTHONHASHSEED="3")
    assert path.read_bytes() == first


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("{}", "Baseline 'known.json' has no list 'findings'.", id="empty"),
        pytest.param(
            "<<<<<<< HEAD",
            "Baseline 'known.json' is not JSON:"
            " Expecting value: line 1 column 1 (char 0).",
            id="merge-conflict",
        ),
    ],
)
def test_malformed_file(project: Project, text: str, message: str) -> None:
    (project.path / "known.json").write_text(text, encoding="utf-8")
    done = project.run(*WORDS)
    assert done.stderr == (
        f"❌ {message}\n   Restore it, or delete it to accept today's findings.\n"
    )
    assert (done.stdout, done.returncode) == ("", 2)


def test_file_that_cannot_be_written(project: Project) -> None:
    done = project.run("validate", "--baseline", "no/such/known.json")
    assert done.stderr == (
        "❌ Cannot write 'no/such/known.json': No such file or directory.\n"
    )
    assert done.returncode == 2
