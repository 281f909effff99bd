from __future__ import annotations

import json

import pytest
from django.core.management import call_command
from django.db import connections

from django_schemaguard.conf import get_settings
from django_schemaguard.core.rules import Mode
from django_schemaguard.pipeline import Job, validate
from django_schemaguard.pipeline.frozen import Frozen
from django_schemaguard.pipeline.taking import take
from tests.commands.conftest import Project
from tests.commands.test_validate import EXTRA, PASSED


def test_expected_snapshot_finds_what_migrations_find(project: Project) -> None:
    done = project.run("snapshot", "--expected", "frozen.json")
    assert (done.stdout, done.returncode) == ("", 0)
    assert done.stderr == ("Wrote the expected schema of 'default' to 'frozen.json'.\n")
    assert PASSED.match(project.run("validate", "--against", "frozen.json").stdout)
    extra = EXTRA.replace("first_name", "last_name")
    project.sql("ALTER TABLE auth_user DROP COLUMN first_name", extra)
    told = project.run("validate", "--against", "frozen.json", "--format", "json")
    findings = json.loads(told.stdout)["findings"]
    assert [(f["code"], f["object"]) for f in findings] == [
        ("SG102", "first_name"),
        ("SG306", "by_hand"),
    ]
    assert told.returncode == 1


def test_same_schema_same_bytes_on_stdout_and_in_the_file(project: Project) -> None:
    first = project.run("snapshot", "--expected")
    second = project.run("snapshot", "--expected", PYTHONHASHSEED="7")
    assert first.stdout == second.stdout
    project.run("snapshot", "--expected", "frozen.json")
    saved = (project.path / "frozen.json").read_bytes()
    assert saved == first.stdout.encode()


def test_actual_snapshot_tells_the_fingerprint_of_the_report(project: Project) -> None:
    project.sql(EXTRA)
    taken = json.loads(project.run("snapshot").stdout)
    report = json.loads(project.run("validate", "--format", "json").stdout)
    assert taken["side"] == "actual"
    actual = report["databases"][0]["fingerprint"]["actual"]
    assert taken["fingerprint"] == actual


WITHOUT_MIGRATIONS = """\
import django
from django.core.management import execute_from_command_line
from django.db.migrations.loader import MigrationLoader

def refuse(*args, **kwargs):
    raise AssertionError("migrations were loaded")

MigrationLoader.__init__ = refuse
execute_from_command_line(["manage.py", "schemaguard", "validate"])
"""


def test_setting_spares_the_loading_of_migrations(project: Project) -> None:
    assert "migrations were loaded" in project.python("-c", WITHOUT_MIGRATIONS).stderr
    project.run("snapshot", "--expected", "frozen.json")
    project.configure({"SNAPSHOT": "frozen.json"})
    done = project.python("-c", WITHOUT_MIGRATIONS)
    assert PASSED.match(done.stdout), done.stderr


def test_setting_is_not_used_where_the_database_has_moved_on(project: Project) -> None:
    project.run("snapshot", "--expected", "frozen.json")
    project.configure({"SNAPSHOT": "frozen.json"})
    project.sql("DELETE FROM django_migrations WHERE name LIKE '0012%'")
    assert "migrations were loaded" in project.python("-c", WITHOUT_MIGRATIONS).stderr
    told = json.loads(project.run("validate", "--format", "json").stdout)
    assert "SG701" in {finding["code"] for finding in told["findings"]}


def test_setting_is_for_the_database_it_was_made_for(project: Project) -> None:
    project.run("snapshot", "--expected", "frozen.json")
    project.configure({"SNAPSHOT": "frozen.json"})
    project.sql("DROP TABLE auth_user_groups", alias="other")
    done = project.run("validate", "--database", "other")
    assert "Required table 'auth_user_groups' is missing [SG101]" in done.stdout


def test_against_tells_the_migrations_that_wait(project: Project) -> None:
    project.run("snapshot", "--expected", "frozen.json")
    project.sql("DELETE FROM django_migrations WHERE name LIKE '0012%'")
    words = ("--against", "frozen.json", "--format", "json")
    told = json.loads(project.run("validate", *words).stdout)
    assert [(f["code"], f["object"]) for f in told["findings"]] == [
        ("SG701", "auth.0012_alter_user_first_name_max_length")
    ]


def test_against_for_one_app(project: Project) -> None:
    project.run("snapshot", "--expected", "frozen.json")
    project.sql("DROP TABLE auth_user_groups")
    words = ("--against", "frozen.json")
    assert project.run("validate", "contenttypes", *words).returncode == 0
    assert project.run("validate", "auth", *words).returncode == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(
            {"format": 2},
            "Snapshot 'frozen.json' is of format 2, made by a newer"
            " django-schemaguard; this one reads format 1.",
            id="newer",
        ),
        pytest.param(
            {"side": "actual"},
            "Snapshot 'frozen.json' holds the actual schema of a database.",
            id="actual",
        ),
        pytest.param(
            {"schema": {"traits": {"vendor": "postgresql"}}},
            "Snapshot 'frozen.json' is of postgresql; database 'default' is sqlite.",
            id="other-vendor",
        ),
    ],
)
def test_unusable_snapshot(
    project: Project, change: dict[str, object], message: str
) -> None:
    project.run("snapshot", "--expected", "frozen.json")
    path = project.path / "frozen.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(document | change), encoding="utf-8")
    for words, setting in (
        (["--against", "frozen.json"], {}),
        ([], {"SNAPSHOT": path.name}),
    ):
        if setting:
            project.configure(setting)
        done = project.run("validate", *words)
        assert done.stderr == (
            f"❌ {message}\n"
            "   Make it with 'manage.py schemaguard snapshot --expected'.\n"
        )
        assert (done.stdout, done.returncode) == ("", 2)


def test_reader_that_leaves_early_sees_no_complaint(project: Project) -> None:
    program = (
        "import subprocess, sys;"
        "words = [sys.executable, '-m', 'django', 'schemaguard', 'snapshot'];"
        "run = subprocess.Popen(words, stdout=subprocess.PIPE);"
        "run.stdout.close();"
        "print(run.wait())"
    )
    done = project.python("-c", program)
    assert (done.stdout, done.stderr) == ("0\n", "")


def test_snapshot_of_a_lost_database(project: Project) -> None:
    done = project.run("snapshot", "--database", "absent")
    assert done.stderr.startswith("❌ ")
    assert (done.stdout, done.returncode) == ("", 2)


def test_snapshot_that_cannot_be_written(project: Project) -> None:
    done = project.run("snapshot", "no/such/file.json")
    assert done.stderr == (
        "❌ Cannot write 'no/such/file.json': No such file or directory.\n"
    )
    assert done.returncode == 2


def test_every_server_agrees_with_its_snapshot(alias: str, tmp_path) -> None:
    path = tmp_path / "frozen.json"
    job = Job(settings=get_settings(), mode=Mode.PRODUCTION)
    call_command(
        "schemaguard",
        "snapshot",
        str(path),
        "--expected",
        "--database",
        alias,
        verbosity=0,
    )
    from django_schemaguard.pipeline.frozen import read_frozen

    taken = take(alias, "expected", job)
    read = read_frozen(path, always=True)
    assert read == Frozen(taken, path, always=True)
    plain = validate([alias], job)
    frozen = validate([alias], Job(job.settings, job.mode, frozen=read))
    assert [v.finding for v in frozen.findings] == [v.finding for v in plain.findings]
    assert frozen.databases[0].tables == plain.databases[0].tables
    assert connections[alias].vendor == read.snapshot.schema.traits.vendor
