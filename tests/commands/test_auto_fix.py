from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing

import pytest

from django_schemaguard.commands.auto_fix_report import repaired
from django_schemaguard.core.plan import Plan
from django_schemaguard.models import Step
from django_schemaguard.repair.running import Repair
from django_schemaguard.reporters.look import Look
from tests.commands.conftest import Project

TABLE = "auth_user_groups"
UNDO = f'DROP TABLE "{TABLE}"'


@pytest.fixture
def damaged(project: Project) -> Project:
    """Return a project whose database lacks a table."""
    project.sql(f"DROP TABLE {TABLE}")
    return project


def tables(project: Project) -> set[str]:
    with closing(sqlite3.connect(project.path / "default.sqlite3")) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master").fetchall()
    return {row[0] for row in rows}


def test_dry_run_prints_each_statement_and_changes_nothing(damaged: Project) -> None:
    before = (damaged.path / "default.sqlite3").read_bytes()
    done = damaged.run("auto_fix", "--dry-run")
    assert done.stdout.startswith(
        f"Database 'default': sqlite\n\n1. Table '{TABLE}' is missing. [SG101]\n"
    )
    assert f'\n     CREATE TABLE "{TABLE}" (' in done.stdout
    assert f"\n       {UNDO};\n" in done.stdout
    assert done.stdout.endswith(
        "\n1 repair planned\nNothing was changed: exit code 0.\n"
    )
    assert (done.stderr, done.returncode) == ("", 0)
    assert (damaged.path / "default.sqlite3").read_bytes() == before


def test_errors_left_alone_end_a_run_with_1_and_a_dry_run_with_0(
    project: Project,
) -> None:
    project.sql(
        "INSERT INTO auth_group VALUES (1, 'g')",
        "ALTER TABLE auth_group ADD COLUMN other varchar(1)",
        "ALTER TABLE auth_group RENAME COLUMN name TO gone",
    )
    dry = project.run("auto_fix", "--dry-run")
    assert dry.stdout.endswith(
        "Nothing was changed: exit code 0; the run's would be 1.\n"
    )
    assert dry.returncode == 0
    done = project.run("auto_fix", "--yes")
    assert done.stdout.startswith("Database 'default': nothing to add.\n")
    assert done.stdout.endswith("\n❌ 1 error left alone: exit code 1.\n")
    assert done.returncode == 1


def test_values_that_are_not_brought_back_are_named_before_and_after(
    project: Project,
) -> None:
    project.sql(
        "INSERT INTO auth_user (id, username, password, is_superuser, first_name,"
        " last_name, email, is_staff, is_active, date_joined)"
        " VALUES (1, 'a', '', 0, '', '', '', 0, 1, '2026-01-01')",
        "ALTER TABLE auth_user DROP COLUMN last_login",
    )
    gone = "⚠️ The values that 'last_login' had are gone; its rows get NULL.\n"
    dry = project.run("auto_fix", "--dry-run")
    assert f"\n   rows: about 1\n   {gone}   in a transaction;" in dry.stdout
    done = project.run("auto_fix", "--yes")
    assert f" ms\n     {gone}✅ 1 repair applied;" in done.stdout


@pytest.mark.parametrize(
    ("facts", "way"),
    [
        ([("DROP a", "")], "to undo: 'manage.py schemaguard rollback 7'."),
        (
            [("DROP a", ""), ("", "they stay")],
            "to undo what can be: 'manage.py schemaguard rollback 7 --skip-blocked'.",
        ),
        ([("", "they stay")], "this cannot be undone."),
    ],
)
def test_last_line_tells_what_cannot_be_undone(
    facts: list[tuple[str, str]], way: str
) -> None:
    entries = tuple(
        Step(reverse=list(filter(None, [back])), guard={"kept": kept})
        for back, kept in facts
    )
    plan = Plan("default", "postgresql", "", ())
    repair = Repair("default", plan, run=7, entries=entries)
    assert repaired(repair, Look()).endswith(f" applied; {way}\n")


def test_production_refuses_what_nobody_agreed_to(damaged: Project) -> None:
    done = damaged.run("auto_fix")
    assert (
        done.stdout
        == """\
❌ Database 'default' was not repaired
   In production, nothing is changed unasked.
   hint: Give --yes to apply it unasked, or --dry-run to see it.
"""
    )
    assert (done.stderr, done.returncode) == ("", 2)
    assert TABLE not in tables(damaged)


def test_development_does_not_ask(damaged: Project) -> None:
    done = damaged.run("auto-fix", "--mode", "development")
    assert done.returncode == 0, done.stdout + done.stderr
    assert TABLE in tables(damaged)


def test_repair_and_rollback(damaged: Project) -> None:
    done = damaged.run("auto_fix", "--yes")
    assert re.fullmatch(
        rf"""🔧 Auto-fixing database 'default'\.\.\.
  ✅ create_table {TABLE}, \d+ ms
✅ 1 repair applied; to undo: 'manage\.py schemaguard rollback 1'\.
""",
        done.stdout,
    ), done.stdout
    assert (done.stderr, done.returncode) == ("", 0)
    assert damaged.run("validate").returncode == 0

    again = damaged.run("auto_fix", "--yes")
    assert again.stdout == "✅ Database 'default': nothing to add.\n"
    assert again.returncode == 0

    shown = damaged.run("rollback", "--dry-run")
    assert f"     {UNDO};\n" in shown.stdout
    assert TABLE in tables(damaged)

    undone = damaged.run("rollback", "--yes")
    assert undone.stdout == "✅ Run 1 is undone, as run 2.\n"
    assert undone.returncode == 0
    assert TABLE not in tables(damaged)
    told = damaged.run("history", "2").stdout
    assert f"Undone of run 1\n  1. create_table {TABLE}" in told, told
    assert f"   {UNDO};\n" in told
    assert damaged.run("rollback", "--yes").returncode == 2
    assert damaged.run("validate").returncode == 1


def test_rollback_refuses_to_lose_rows(damaged: Project) -> None:
    damaged.run("auto_fix", "--yes")
    damaged.sql(
        "INSERT INTO auth_group VALUES (1, 'g')",
        "INSERT INTO auth_user VALUES (1, 'p', NULL, 0, 'u', 'l', '', 0, 1, 0, 'f')",
        f"INSERT INTO {TABLE} VALUES (1, 1, 1)",
    )
    done = damaged.run("rollback", "--yes")
    assert (
        done.stderr == f"❌ Run 1 is not rolled back:"
        f" Table '{TABLE}' holds rows.\n   Nothing was changed.\n"
    )
    assert done.returncode == 2
    assert TABLE in tables(damaged)


def test_rollback_refuses_what_was_altered(damaged: Project) -> None:
    damaged.run("auto_fix", "--yes")
    damaged.sql(f"ALTER TABLE {TABLE} ADD COLUMN extra int")
    done = damaged.run("rollback", "--yes")
    assert f"Table '{TABLE}' was changed since." in done.stderr
    assert done.returncode == 2
    assert TABLE in tables(damaged)


def test_history(damaged: Project) -> None:
    assert damaged.run("history").stdout == "No runs.\n"
    damaged.run("auto_fix", "--yes")

    done = damaged.run("history")
    line = r" +1  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC  auto_fix    done +1 step\n"
    assert re.match(line, done.stdout)
    one = damaged.run("history", "1").stdout
    assert "Run 1: auto_fix, done\n" in one
    assert "  arguments: schemaguard auto_fix --yes\n" in one
    assert f"   -- undo: {UNDO};\n" in one

    found = json.loads(damaged.run("history", "1", "--format", "json").stdout)["run"]
    assert (found["run"], found["status"]) == (1, "done")
    assert [step["reverse"] for step in found["steps"]] == [[UNDO]]
    listed = json.loads(damaged.run("history", "--format", "json").stdout)
    assert [run["command"] for run in listed["runs"]] == ["auto_fix"]
    assert listed["versions"][0]["fingerprint"] == found["schema_after"]

    damaged.run("rollback", "--yes")
    done = damaged.run("history")
    assert re.match(r" +2 .+ UTC  rollback    done +undoes run 1\n", done.stdout)
    listed = json.loads(damaged.run("history", "--format", "json").stdout)
    after, before = listed["versions"]
    assert (after["source"], before["source"]) == ("rollback", "auto_fix")
    assert after["fingerprint"] == found["schema_before"] != before["fingerprint"]

    done = damaged.run("history", "7")
    assert "has no run 7." in done.stderr
    assert done.returncode == 2


def test_json_of_a_plan_and_of_a_repair(damaged: Project) -> None:
    dry = json.loads(damaged.run("auto_fix", "--dry-run", "--format", "json").stdout)
    (database,) = dry["databases"]
    (step,) = database["steps"]
    about = step["finding"]
    assert (about["code"], about["table"], database["run"]) == ("SG101", TABLE, None)
    assert step["stages"][0]["reverse"] == [UNDO]
    assert (database["forbidden"], database["exit_code"]) == (None, 0)

    damaged.sql("DROP TABLE schemaguard_schemaversion")
    wet = json.loads(damaged.run("auto_fix", "--yes", "--format", "json").stdout)
    (database,) = wet["databases"]
    assert [entry["status"] for entry in database["applied"]] == ["done"]
    assert (database["error"], database["left"]) == (None, [])
    assert (database["undone"], database["made_journal"]) == ([], True)


def test_journal_is_made_where_it_is_missing(damaged: Project) -> None:
    damaged.sql(
        "DROP TABLE schemaguard_step",
        "DROP TABLE schemaguard_schemaversion",
        "DROP TABLE schemaguard_run",
        "DELETE FROM django_migrations WHERE app = 'schemaguard'",
    )
    done = damaged.run("auto_fix", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert TABLE in tables(damaged)
    assert damaged.run("validate").returncode == 0


def test_lost_journal_is_mended_first(damaged: Project) -> None:
    damaged.sql("DROP TABLE schemaguard_schemaversion")
    done = damaged.run("auto_fix", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert damaged.run("validate").returncode == 0


def test_one_alias_that_fails_hides_no_other(damaged: Project) -> None:
    done = damaged.run(
        "auto_fix", "--yes", "--database", "absent", "--database", "default"
    )
    assert "❌ Database 'absent' was not repaired\n" in done.stdout
    assert done.returncode == 2
    assert TABLE in tables(damaged)


def test_hints_name_the_database_they_are_about(project: Project) -> None:
    project.sql(f"DROP TABLE {TABLE}", alias="other")
    other = ("--database", "other")
    told = json.loads(project.run("validate", *other, "--format", "json").stdout)
    assert told["findings"][0]["hint"] == (
        "Run 'manage.py schemaguard auto_fix --database other'."
    )
    done = project.run("auto_fix", *other, "--yes")
    assert "to undo: 'manage.py schemaguard rollback 1 --database other'." in (
        done.stdout
    )
    refused = project.run("rollback", "9", *other)
    assert "Run 'manage.py schemaguard history --database other'" in refused.stderr
