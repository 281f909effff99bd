from __future__ import annotations

import subprocess
import sys
from importlib import resources

import pytest
from django.db import DatabaseError, connections, transaction
from django.test import override_settings

import django_schemaguard
from django_schemaguard import (
    BadSettings,
    Cause,
    Report,
    SchemaguardError,
    Severity,
    UnknownName,
    validate,
)
from tests.commands.conftest import Project, migrated, project

__all__ = ["migrated", "project"]


def in_new_process(program: str) -> str:
    """Return what a program prints in a Python of its own."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=60,
    )
    assert (done.stderr, done.returncode) == ("", 0)
    return done.stdout


def test_import_needs_no_django() -> None:
    told = in_new_process(
        "import sys, django_schemaguard;"
        "django_schemaguard.Severity, django_schemaguard.BadSettings;"
        "print('django' in sys.modules, 'rich' in sys.modules)"
    )
    assert told == "False False\n"


def test_every_name_is_there_once() -> None:
    names = django_schemaguard.__all__
    assert names == sorted(set(names))
    for name in names:
        assert getattr(django_schemaguard, name).__name__ == name


def test_unknown_attribute() -> None:
    with pytest.raises(
        AttributeError, match="'django_schemaguard' has no attribute 'validat'"
    ):
        _ = django_schemaguard.validat


def test_types_are_shipped() -> None:
    assert (resources.files("django_schemaguard") / "py.typed").is_file()


def test_sound_database(alias: str) -> None:
    report = validate("catalogue", databases=alias)
    assert isinstance(report, Report)
    assert [each.alias for each in report.databases] == [alias]
    assert (report.status, report.findings) == ("pass", ())


@pytest.mark.vendors("sqlite", "postgresql")
def test_damage_in_a_transaction_is_seen_and_the_transaction_goes_on(
    alias: str,
) -> None:
    connection = connections[alias]
    assert connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_site RENAME TO put_aside")
        report = validate("sites", databases=[alias])
        (verdict,) = report.findings
        assert (verdict.finding.code, verdict.severity, verdict.cause) == (
            "SG101",
            Severity.ERROR,
            Cause.DRIFT,
        )
        assert report.reaches(Severity.ERROR)
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


@pytest.mark.vendors("sqlite", "postgresql")
def test_a_savepoint_undone_before_changes_nothing(alias: str) -> None:
    connection = connections[alias]
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(using=alias),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT no_such_column")
    assert validate("sites", databases=alias).reachable


def test_unknown_names_are_told() -> None:
    with pytest.raises(UnknownName, match=r"^DATABASES has no alias 'defualt'\."):
        validate(databases=["defualt"])
    with pytest.raises(UnknownName, match=r"^No installed app has the label 'site'\."):
        validate("site")
    with pytest.raises(UnknownName) as caught:
        validate(mode="prod")
    assert str(caught.value) == (
        "mode must be one of 'production', 'development', not 'prod'."
        " Did you mean 'production'?"
    )


def test_timeout_must_be_above_zero() -> None:
    with pytest.raises(ValueError, match="timeout must be above 0 and finite, not 0"):
        validate(timeout=0)


@override_settings(SCHEMAGUARD={"MODUS": "production"})
def test_bad_settings_are_told() -> None:
    with pytest.raises(BadSettings) as caught:
        validate()
    assert caught.value.problems == (
        "SCHEMAGUARD['MODUS'] is not a known key. Did you mean 'MODE'?",
    )
    assert isinstance(caught.value, SchemaguardError)


SCRIPT = """\
import django
django.setup()
from django_schemaguard import validate
report = validate(databases=["default", "absent"], mode="development", timeout=5)
print(report.mode, report.status, report.reachable)
for database in report.databases:
    print(database.alias, database.reachable, database.tables)
"""


def test_plain_script(project: Project) -> None:
    done = project.python("-W", "error", "-c", SCRIPT)
    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout == "development fail False\ndefault True 12\nabsent False 0\n"
