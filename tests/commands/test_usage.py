from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from django_schemaguard.commands import SUBCOMMANDS, load
from tests.commands.conftest import Project

NAMES = ", ".join(SUBCOMMANDS)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param([], f"Give a subcommand: {NAMES}.", id="no-subcommand"),
        pytest.param(["ledger"], "Give an action: install, remove, show.", id="ledger"),
        pytest.param(["perf"], "Give an action: snapshot, compare.", id="perf"),
        pytest.param(
            ["valdate"],
            f"argument SUBCOMMAND: 'valdate' is none of {NAMES}."
            " Did you mean 'validate'?",
            id="subcommand",
        ),
        pytest.param(
            ["teleport"],
            f"argument SUBCOMMAND: 'teleport' is none of {NAMES}.",
            id="no-subcommand-like-it",
        ),
        pytest.param(
            ["validate", "--format", "jsn"],
            "argument --format: 'jsn' is none of text, json, github, sarif, junit."
            " Did you mean 'json'?",
            id="format",
        ),
        pytest.param(
            ["validate", "--database", "defualt"],
            "DATABASES has no alias 'defualt'. Did you mean 'default'?",
            id="alias",
        ),
        pytest.param(
            ["validate", "contenttype"],
            "No installed app has the label 'contenttype'."
            " Did you mean 'contenttypes'?",
            id="app",
        ),
        pytest.param(
            ["validate", "--timeout", "0"],
            "argument --timeout: '0' is no number of seconds above 0.",
            id="timeout-zero",
        ),
        pytest.param(
            ["validate", "--timeout", "soon"],
            "argument --timeout: 'soon' is no number of seconds above 0.",
            id="timeout-word",
        ),
        *(
            pytest.param(
                [name, "abc"],
                "argument RUN: 'abc' is no number of a run;"
                " 'manage.py schemaguard history' lists them.",
                id=f"{name}-word",
            )
            for name in ("history", "rollback")
        ),
        pytest.param(
            ["perf", "compare", "--before", "1", "two"],
            "argument --before: 'two' is no whole number.",
            id="number",
        ),
        pytest.param(
            ["validate", "--database", "default", "--all-databases"],
            "Give --database or --all-databases.",
            id="one-and-all",
        ),
        pytest.param(
            ["validate", "--mode", "development", "--production"],
            "Give --mode or --production.",
            id="two-modes",
        ),
        pytest.param(
            ["validate", "--no-color", "--force-color"],
            "Give --no-color or --force-color.",
            id="two-colors",
        ),
        pytest.param(
            ["validate", "--against", "no/such/file"],
            "Cannot read 'no/such/file': No such file or directory.",
            id="no-snapshot",
        ),
        pytest.param(
            ["validate", "--update-baseline"],
            "--update-baseline needs --baseline FILE.",
            id="update-what",
        ),
        pytest.param(
            ["validate", "auth", "--update-baseline", "--baseline", "f"],
            "--update-baseline is for all apps; leave out their labels.",
            id="update-part",
        ),
        pytest.param(
            ["snapshot", "--database", "defualt"],
            "DATABASES has no alias 'defualt'. Did you mean 'default'?",
            id="snapshot-alias",
        ),
        pytest.param(
            ["explain", "missing_colum"],
            "No kind of finding is called 'missing_colum'."
            " Did you mean 'missing_column'?\n"
            "Run 'manage.py schemaguard explain' for a list.",
            id="code",
        ),
    ],
)
def test_bad_usage(words: list[str], message: str) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("schemaguard", *words)
    assert (str(caught.value), caught.value.returncode) == (message, 2)


def test_bad_usage_exits_2_with_one_line(project: Project) -> None:
    done = project.run("valdate")
    assert done.stderr == (
        f"❌ argument SUBCOMMAND: 'valdate' is none of {NAMES}."
        " Did you mean 'validate'?\n"
    )
    assert (done.stdout, done.returncode) == ("", 2)


def test_unknown_alias_exits_2(project: Project) -> None:
    done = project.run("validate", "--database", "othr")
    assert done.stderr == ("❌ DATABASES has no alias 'othr'. Did you mean 'other'?\n")
    assert (done.stdout, done.returncode) == ("", 2)


def test_bad_settings_exit_2_with_a_line_for_each_problem(project: Project) -> None:
    project.configure({"MODE": "prod", "OPTINAL": ()})
    done = project.run("validate")
    assert done.stderr == (
        "❌ SCHEMAGUARD['MODE'] must be one of 'production', 'development',"
        " not 'prod'. Did you mean 'production'?\n"
        "   SCHEMAGUARD['OPTINAL'] is not a known key. Did you mean 'OPTIONAL'?\n"
    )
    assert (done.stdout, done.returncode) == ("", 2)


def test_traceback_shows_where_usage_failed(project: Project) -> None:
    done = project.run("valdate", "--traceback")
    assert done.stderr.startswith("Traceback (most recent call last):")


def test_help_lists_the_subcommands(project: Project) -> None:
    done = project.run("--help")
    assert re.search(r"^ +validate +Compare what models", done.stdout, re.MULTILINE)
    assert re.search(r"^ +explain +Say what a finding", done.stdout, re.MULTILINE)
    assert done.returncode == 0


def test_explain_needs_no_database() -> None:
    out = StringIO()
    call_command("schemaguard", "explain", "SG102", stdout=out)
    assert out.getvalue().startswith("SG102 missing_column, usually error\n\n")


def helped(name: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Return what `--help` says of a subcommand, on one line."""
    with pytest.raises(SystemExit):
        call_command("schemaguard", name, "--help")
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_help_tells_what_verbosity_changes(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    each = load(name)
    said = helped(name, capsys)

    assert each.name == name
    assert ("--verbosity" in said) is bool(each.levels)
    assert each.levels in said


def test_verbosity_is_taken_where_it_changes_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("schemaguard", "explain", "SG101", "-v", "2")
    assert capsys.readouterr().out.startswith("SG101")


def test_one_subcommand_is_run_without_importing_the_others(project: Project) -> None:
    script = """
import sys
from django.core.management import ManagementUtility

try:
    ManagementUtility(["manage.py", "schemaguard", "health-check"]).execute()
finally:
    print(*sys.modules, sep="\\n", file=sys.stderr)
"""
    imported = set(project.python("-c", script).stderr.splitlines())

    place = "django_schemaguard.commands"
    subcommands = {name for name in SUBCOMMANDS if f"{place}.{name}" in imported}
    assert subcommands == {"health_check", "validate"}  # It shares options.


def test_all_subcommands_are_told_where_none_is_given(project: Project) -> None:
    told = " ".join(project.run("--help", COLUMNS="200").stdout.split())

    assert all(load(name).help in told for name in SUBCOMMANDS)
