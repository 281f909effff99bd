from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from importlib.resources import files

import jsonschema
import pytest

from tests.commands.conftest import Project

PASSED = re.compile(
    r"✅ Database schema validation passed \(12 tables, \d+ queries, \d+\.\d\d s\)\n\Z"
)


def masked(text: str) -> str:
    """Return the text without its times and query counts."""
    return re.sub(r"\d+ queries, \d+\.\d\d s", "Q", text)


def test_clean_database_is_one_line(project: Project) -> None:
    done = project.run("validate")
    assert PASSED.match(done.stdout), done.stdout
    assert (done.stderr, done.returncode) == ("", 0)


def test_missing_column(project: Project) -> None:
    project.sql("ALTER TABLE auth_user DROP COLUMN first_name")
    done = project.run("validate")
    assert (
        masked(done.stdout)
        == f"""\
Database 'default': sqlite {sqlite3.sqlite_version}
  12 tables, Q

auth_user (auth.User)
  ❌ Column 'auth_user.first_name' (varchar(150)) is missing [SG102]
     cause: drift (the database was changed behind the migrations), \
migration auth.0012_alter_user_first_name_max_length
     effect: every query on auth.User fails
     hint: See what 'manage.py schemaguard auto_fix --dry-run' would do.

❌ Database schema validation failed (12 tables, Q): 1 error
"""
    )
    assert (done.stderr, done.returncode) == ("", 1)


def test_missing_required_and_optional_table(project: Project) -> None:
    project.sql("DROP TABLE auth_user_groups", "DROP TABLE auth_user_user_permissions")
    project.configure({"MODE": "production", "OPTIONAL": ["auth_user_groups"]})
    done = project.run("validate")
    assert "❌ Required table 'auth_user_user_permissions' is missing [SG101]\n" in (
        done.stdout
    )
    assert "⚠️ Optional table 'auth_user_groups' is missing [SG101]\n" in done.stdout
    assert masked(done.stdout).endswith(": 1 error, 1 warning\n")
    assert done.returncode == 1


EXTRA = "CREATE INDEX by_hand ON auth_user (first_name)"


@pytest.mark.parametrize(
    ("level", "code"), [("error", 0), ("warning", 0), ("info", 1), ("never", 0)]
)
def test_fail_level_against_an_info(project: Project, level: str, code: int) -> None:
    project.sql(EXTRA)
    assert project.run("validate", "--fail-level", level).returncode == code


def test_fail_level_never_against_an_error(project: Project) -> None:
    project.sql("DROP TABLE auth_user_groups")
    done = project.run("validate", "--fail-level", "never")
    assert (done.returncode, "❌ Required table" in done.stdout) == (0, True)


def test_waived_finding_is_counted(project: Project) -> None:
    project.sql(EXTRA)
    project.configure({"IGNORE": [{"code": "SG306", "reason": "made by hand"}]})
    done = project.run("validate", "--fail-level", "info")
    assert masked(done.stdout) == (
        "✅ Database schema validation passed (12 tables, Q): 1 waived\n"
    )
    assert done.returncode == 0


def test_unreachable_database_hides_no_other(project: Project) -> None:
    project.sql("ALTER TABLE auth_user DROP COLUMN first_name", alias="other")
    done = project.run("validate", "--database", "absent", "--database", "other")
    assert "❌ Database connection failed (absent)\n" in done.stdout
    assert (
        "\n   hint: Check NAME in DATABASES, or run"
        " 'manage.py migrate --database absent' to create it." in done.stdout
    )
    assert "❌ Column 'auth_user.first_name'" in done.stdout
    assert masked(done.stdout).endswith(
        "❌ Database schema validation failed (12 tables, Q):"
        " 2 errors, 1 database failed\n"
    )
    assert (done.stderr, done.returncode) == ("", 2)
    assert not (project.path / "absent.sqlite3").exists()


def test_unreachable_fails_even_at_level_never(project: Project) -> None:
    done = project.run("validate", "--database", "absent", "--fail-level", "never")
    assert done.returncode == 2


def test_all_databases(project: Project) -> None:
    done = project.run("validate", "--all-databases", "--format", "json")
    databases = json.loads(done.stdout)["databases"]
    assert [(each["alias"], each["reachable"]) for each in databases] == [
        ("default", True),
        ("other", True),
        ("absent", False),
    ]
    project.configure({"DATABASES": ["other"]})
    assert PASSED.match(project.run("validate", "--all-databases").stdout)


def test_same_alias_twice_is_read_once(project: Project) -> None:
    done = project.run("validate", "--database", "other", "--database", "other")
    assert PASSED.match(done.stdout)


def test_json_fits_the_shipped_schema(project: Project) -> None:
    project.sql("ALTER TABLE auth_user DROP COLUMN first_name")
    done = project.run("validate", "--all-databases", "--format", "json")
    shipped = files("django_schemaguard.reporters") / "validate-1.schema.json"
    document = json.loads(done.stdout)
    jsonschema.validate(document, json.loads(shipped.read_text(encoding="utf-8")))
    assert document["summary"]["error"] == 2
    codes = [(each["code"], each["database"]) for each in document["findings"]]
    assert codes == [("SG102", "default"), ("SG801", "absent")]
    assert (done.stderr, done.returncode) == ("", 2)


def test_idle_settings_are_told_where_all_is_compared(project: Project) -> None:
    project.configure(
        {
            "DATABASES": ["default"],
            "OPTIONAL": ["auth_users"],
            "IGNORE": [{"code": "SG306", "reason": "made by hand"}],
        }
    )
    done = project.run("validate")
    assert "Waiver IGNORE[0] (code 'SG306') fits no finding [SG901]\n" in done.stdout
    assert "OPTIONAL[0] ('auth_users') fits no table of the project [SG903]\n" in (
        done.stdout
    )
    assert masked(done.stdout).endswith(": 2 warnings\n")
    assert done.returncode == 0
    assert "SG90" not in project.run("validate", "auth").stdout


def test_json_is_the_same_but_for_times(project: Project) -> None:
    project.sql("DROP TABLE auth_user_groups", EXTRA)
    first, second = (
        re.sub(
            r'"seconds": [\d.]+', "", project.run("validate", "--format", "json").stdout
        )
        for _ in range(2)
    )
    assert first == second


@pytest.mark.parametrize(
    ("setting", "words", "mode"),
    [
        pytest.param({}, [], "production", id="not-debug"),
        pytest.param({"MODE": "development"}, [], "development", id="setting"),
        pytest.param({}, ["--mode", "development"], "development", id="option"),
        pytest.param(
            {"MODE": "development"}, ["--production"], "production", id="production"
        ),
    ],
)
def test_mode(
    project: Project, setting: dict[str, object], words: list[str], mode: str
) -> None:
    project.configure(setting)
    done = project.run("validate", "--format", "json", *words)
    assert json.loads(done.stdout)["mode"] == mode


def test_one_app(project: Project) -> None:
    project.sql("DROP TABLE auth_user_groups", "CREATE TABLE stray (id integer)")
    assert project.run("validate", "contenttypes").returncode == 0
    assert project.run("validate", "auth").returncode == 1


def test_output_file_keeps_the_report_and_the_terminal_the_summary(
    project: Project,
) -> None:
    project.sql("DROP TABLE auth_user_groups")
    done = project.run("validate", "--output", "report.json", "--format", "json")
    assert masked(done.stdout) == (
        "❌ Database schema validation failed (12 tables, Q): 1 error\n"
    )
    saved = json.loads((project.path / "report.json").read_text(encoding="utf-8"))
    assert saved["summary"]["error"] == 1
    assert done.returncode == 1


def test_output_text_is_plain(project: Project) -> None:
    project.sql("DROP TABLE auth_user_groups")
    project.run("validate", "--output", "report.txt", "--force-color")
    saved = (project.path / "report.txt").read_text(encoding="utf-8")
    assert "\n  ❌ Required table 'auth_user_groups' is missing [SG101]\n" in saved
    assert "\x1b" not in saved


def test_output_that_cannot_be_written(project: Project) -> None:
    done = project.run("validate", "--output", "no/such/report.txt")
    assert done.stderr == (
        f"❌ Cannot write '{os.path.join('no', 'such', 'report.txt')}':"  # noqa: PTH118
        " No such file or directory.\n"
    )
    assert (done.stdout, done.returncode) == ("", 2)


def test_verbosity_0_says_nothing_on_success(project: Project) -> None:
    done = project.run("validate", "-v", "0")
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def test_verbosity_0_speaks_up_on_failure(project: Project) -> None:
    project.sql("DROP TABLE auth_user_groups")
    done = project.run("validate", "-v", "0")
    assert "❌ Required table 'auth_user_groups' is missing" in done.stdout


def test_verbosity_before_the_subcommand_counts_too(project: Project) -> None:
    assert project.run("-v", "0", "validate").stdout == ""


def test_verbosity_2_lists_what_was_compared(project: Project) -> None:
    lines = project.run("validate", "-v", "2").stdout.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("Compared ("))
    compared = [line.strip() for line in lines[start + 1 : lines.index("", start)]]
    assert lines[start] == f"Compared ({len(compared)}):"
    assert any("auth_user" in subject for subject in compared)


def test_verbosity_3_shows_each_statement_on_a_line_of_stderr(project: Project) -> None:
    done = project.run("validate", "-v", "3", "--format", "json")
    queries = json.loads(done.stdout)["databases"][0]["queries"]
    assert len(done.stderr.splitlines()) == queries > 0
    assert "sqlite_master" in done.stderr


def test_words_on_a_stream_without_signs(project: Project) -> None:
    done = project.run("validate", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert masked(done.stdout) == (
        "OK: Database schema validation passed (12 tables, Q)\n"
    )


def test_piped_text_is_plain_and_force_color_colors_it(project: Project) -> None:
    assert "\x1b" not in project.run("validate").stdout
    assert "\x1b[32m✅" in project.run("validate", "--force-color").stdout


def on_a_terminal(project: Project, *words: str, **environment: str) -> str:
    """Return what a terminal of 50 columns shows."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 50, 0, 0))
    with subprocess.Popen(
        [sys.executable, "-m", "django", "schemaguard", *words],
        env=project.environment | {"TERM": "xterm"} | environment,
        cwd=project.path,
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.PIPE,
    ):
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 65_536)
            except OSError:  # Linux's way of saying that the other side is closed.
                break
            if not part:
                break
            shown += part
    os.close(ours)
    return shown.decode().replace("\r\n", "\n")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_terminal_gets_color_and_its_width(project: Project) -> None:
    project.sql("DROP TABLE auth_user_groups")
    shown = on_a_terminal(project, "validate")
    assert "\x1b[1;31m❌ Required table 'auth_user_groups' is\x1b[0m\n" in shown
    bare = re.sub(r"\x1b\[[\d;]*m", "", shown)
    assert max(map(len, bare.splitlines())) <= 50


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(
    ("words", "environment"),
    [
        pytest.param(["--no-color"], {}, id="option"),
        pytest.param([], {"NO_COLOR": "1"}, id="NO_COLOR"),
        pytest.param([], {"TERM": "dumb"}, id="dumb-terminal"),
    ],
)
def test_terminal_without_color(
    project: Project, words: list[str], environment: dict[str, str]
) -> None:
    assert "\x1b" not in on_a_terminal(project, "validate", *words, **environment)


CALL = """
import sys
import django
from django.core.management import CommandError, call_command

django.setup()
try:
    call_command("schemaguard", "validate", {arguments})
except CommandError as error:
    print(error.returncode, error)
else:
    print("returned")
"""


def test_call_command_returns_where_all_is_well(project: Project) -> None:
    done = project.python("-c", CALL.format(arguments="verbosity=0"))
    assert (done.stdout, done.stderr, done.returncode) == ("returned\n", "", 0)


def test_call_command_raises_instead_of_exiting(project: Project) -> None:
    project.sql("DROP TABLE auth_user_groups")
    done = project.python(
        "-c", CALL.format(arguments='database="default", verbosity=0')
    )
    assert masked(done.stdout).endswith(
        "\n1 ERROR: Database schema validation failed (12 tables, Q): 1 error\n"
    )
    assert (done.stderr, done.returncode) == ("", 0)


LOGGING = {
    "version": 1,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "file": {
            "class": "logging.FileHandler",
            "filename": "log",
            "formatter": "plain",
        }
    },
    "root": {"handlers": ["file"], "level": "INFO"},
}


def test_outcome_is_logged_once(project: Project) -> None:
    with (project.path / "project_settings.py").open("a", encoding="utf-8") as file:
        file.write(f"LOGGING = {LOGGING!r}\n")
    project.run("validate")
    project.sql("DROP TABLE auth_user_groups")
    project.run("validate")
    assert masked((project.path / "log").read_text(encoding="utf-8")) == (
        "INFO django_schemaguard OK: Database schema validation passed (12 tables, Q)\n"
        "ERROR django_schemaguard ERROR: Database schema validation failed"
        " (12 tables, Q): 1 error\n"
    )
