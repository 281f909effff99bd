"""What `manage.py check` and `migrate` do, the same on every Django."""

from __future__ import annotations

import pytest

from tests.startup.serving import PASSWORD, Site

CHECK = ("check",)
DEPLOY = ("check", "--deploy")
DATABASE = ("check", "--database", "default")
BOTH = ("check", "--deploy", "--database", "default")
MIGRATE = ("migrate", "-v0")

NAMES = ["check", "deploy", "database", "both", "migrate"]
COMMANDS = [CHECK, DEPLOY, DATABASE, BOTH, MIGRATE]


def rows(*codes: int) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("words", "code"), list(zip(COMMANDS, codes, strict=True)), ids=NAMES
    )


@pytest.mark.slow
@rows(0, 0, 0, 0, 0)
def test_sound(site: Site, words: tuple[str, ...], code: int) -> None:
    done = site.manage(*words)
    assert done.returncode == code, done.stderr
    assert "(schemaguard." not in done.stderr


@rows(0, 1, 1, 1, 0)
def test_empty(site: Site, words: tuple[str, ...], code: int) -> None:
    site.database.write_bytes(b"")
    done = site.manage(*words)
    assert done.returncode == code, done.stderr
    assert done.stderr.count("(schemaguard.E704)") == code
    assert done.stderr.count("No table of the project is there") == code
    if words is MIGRATE:
        assert (done.stdout, done.stderr) == ("", "")


@rows(0, 1, 1, 1, 0)
def test_table_dropped(site: Site, words: tuple[str, ...], code: int) -> None:
    site.sql("DROP TABLE users")
    done = site.manage(*words)
    assert done.returncode == code, done.stderr
    ident = {0: "W101", 1: "E101"}[code]
    told = done.stderr.count(f"(schemaguard.{ident}) Required table 'users' is missing")
    assert told == (0 if words is CHECK else 1)
    assert done.stderr.count("is missing") == told


@rows(0, 0, 0, 0, 1)
def test_unreachable(site: Site, words: tuple[str, ...], code: int) -> None:
    done = site.without_server().manage(*words)
    assert done.returncode == code, done.stderr
    told = done.stderr.count(
        "default: (schemaguard.W001) Database connection failed (default): "
    )
    assert told == (0 if words in {CHECK, MIGRATE} else 1)
    assert PASSWORD not in done.stderr


@pytest.mark.parametrize("words", [CHECK, BOTH, MIGRATE])
def test_bad_setting(site: Site, words: tuple[str, ...]) -> None:
    site.sql("DROP TABLE users")
    done = site.having(STARTUPP="off", MODE="strict").manage(*words)
    assert done.returncode == 1
    assert done.stderr.count("(schemaguard.E001)") == 2
    assert (
        "(schemaguard.E001) SCHEMAGUARD['STARTUPP'] is not a known key."
        " Did you mean 'STARTUP'?\n"
    ) in done.stderr
    assert "users" not in done.stderr


def test_the_hint_is_that_of_the_finding(site: Site) -> None:
    site.sql("DROP TABLE users", "DROP TABLE rate_limit_violations")
    done = site.manage(*DATABASE)
    first, _, rest = done.stderr.partition("WARNINGS:")
    assert "ERRORS:\ndefault: (schemaguard.E101) Required table 'users'" in first
    assert rest.startswith(
        "\ndefault: (schemaguard.W101) Optional table 'rate_limit_violations'"
    )
    assert rest.count("\tHINT: ") == 1


@pytest.mark.slow
def test_severity_and_silencing(site: Site) -> None:
    site.sql("CREATE TABLE ledger (id integer)")
    done = site.manage(*DATABASE)
    assert done.returncode == 0
    assert "INFOS:\ndefault: (schemaguard.I103)" in done.stderr
    assert "I103" not in site.manage(*MIGRATE).stderr
    waived = site.having(IGNORE=[{"code": "SG103", "reason": "the bookkeeper's"}])
    assert "schemaguard." not in waived.manage(*DATABASE).stderr


@pytest.mark.slow
def test_a_database_without_the_project_does_not_worry_migrate(site: Site) -> None:
    site.sql(
        "DELETE FROM django_migrations WHERE app = 'members'",
        "DROP TABLE users",
        "DROP TABLE rate_limit_violations",
    )
    assert "(schemaguard.E704)" in site.manage(*DATABASE).stderr
    done = site.manage(*MIGRATE)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.slow
def test_a_database_that_is_not_guarded_is_left_out(site: Site) -> None:
    site.sql("DROP TABLE users")
    done = site.having(DATABASES=[]).manage(*BOTH)
    assert done.returncode == 0
    assert "(schemaguard." not in done.stderr
