"""The plugin, in projects of its own, each in a pytest of its own."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path

import pytest
from django.db import connections

from django_schemaguard.proof import SCRATCH, prove

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = """
SECRET_KEY = "not a secret"
USE_TZ = True
INSTALLED_APPS = [
    "django.contrib.auth", "django.contrib.contenttypes", "django_schemaguard",
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
"""
SOUND = """
def test_schema(schema_in_sync):
    assert schema_in_sync.status == "pass"
"""
DAMAGED = """
import pytest
from django.db import connection

@pytest.fixture
def damage(db):
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE auth_user_groups")

def test_schema(damage, schema_in_sync):
    raise AssertionError("not reached")
"""


@pytest.fixture
def site(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Return a project whose tests can be run."""
    monkeypatch.setenv("PYTHONPATH", f"{pytester.path}:{ROOT}")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "site_settings")
    monkeypatch.setenv("PYTEST_PLUGINS", "")
    pytester.makepyfile(site_settings=SETTINGS)
    return pytester


def run(site: pytest.Pytester, *words: str) -> pytest.RunResult:
    """Run the project's tests with the plugin, whether or not it is installed."""
    plugin = [] if installed() else ["-p", "django_schemaguard.pytest_plugin"]
    return site.runpytest_subprocess("-p", "no:randomly", *plugin, *words)


def installed() -> bool:
    return any(
        point.value == "django_schemaguard.pytest_plugin"
        for point in entry_points(group="pytest11")
    )


def test_sound_database_passes(site: pytest.Pytester) -> None:
    site.makepyfile(SOUND)
    done = run(site)
    done.assert_outcomes(passed=1)
    done.stdout.no_fnmatch_line("schemaguard: on *")


def test_damage_fails_with_the_report(site: pytest.Pytester) -> None:
    site.makepyfile(DAMAGED)
    done = run(site)
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(
        [
            "*Required table 'auth_user_groups' is missing [[]SG101[]]",
            "*Database schema validation failed (*): 1 error",
        ]
    )
    done.stdout.no_fnmatch_line("*not reached*")


def test_proof_is_told_and_leaves_nothing(site: pytest.Pytester) -> None:
    site.makepyfile(
        SOUND
        + f"""
from django.db import connection

def test_after(db):
    assert {SCRATCH!r} not in connection.introspection.table_names()
"""
    )
    done = run(site, "--schemaguard-prove")
    done.assert_outcomes(passed=2)
    done.stdout.fnmatch_lines(
        [
            "schemaguard: on 'default', table 'schemaguard_proof' without its column"
            " 'lost' was seen: Column 'schemaguard_proof.lost' is missing."
        ]
    )


def test_proof_that_fails_is_an_error(site: pytest.Pytester) -> None:
    site.makepyfile(
        conftest="""
import django_schemaguard.proof as proof

proof.LOST = "id"
"""
    )
    site.makepyfile(SOUND)
    done = run(site, "--schemaguard-prove")
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["schema_in_sync proves nothing on 'default': *"])


UNUSED = """
import sys

def test_nothing_is_imported():
    ours = {name for name in sys.modules if name.startswith("django_schemaguard")}
    assert ours <= {"django_schemaguard", "django_schemaguard.pytest_plugin"}
    assert "django" not in sys.modules or "pytest_django" in sys.modules
"""


def test_unused_plugin_imports_nothing(
    site: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE")
    site.makepyfile(UNUSED)
    run(site, "-p", "no:django").assert_outcomes(passed=1)


def test_proof_in_an_open_transaction_leaves_it_open(alias: str) -> None:
    connection = connections[alias]
    assert connection.in_atomic_block
    proof = prove(alias)
    assert proof.message is not None
    assert proof.message.startswith(f"Column '{SCRATCH}.lost'")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert SCRATCH not in connection.introspection.table_names(cursor)
