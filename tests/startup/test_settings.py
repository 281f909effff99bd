"""What each setting lets the guard do, shown by one server."""

from __future__ import annotations

import json
import socket
import time

import pytest

from tests.startup.serving import PASSWORD, Site, start
from tests.startup.test_servers import PASSED, REFUSED

MISSING = "❌ Required table 'users' is missing"


def test_development_warns_and_serves(site: Site) -> None:
    site.sql("DROP TABLE users")
    site = site.within(SITE_DEBUG="1").having(STARTUP_AUTO_FIX=False)
    ended = start(site, "uvicorn")
    assert ended.code is None
    assert MISSING in ended.said
    assert REFUSED not in ended.said


@pytest.mark.slow
def test_warn_serves_in_production(site: Site) -> None:
    site.sql("DROP TABLE users")
    ended = start(site.having(STARTUP="warn"), "uvicorn")
    assert ended.code is None
    assert MISSING in ended.said


def test_off_says_nothing(site: Site) -> None:
    site.sql("DROP TABLE users")
    ended = start(site.having(STARTUP="off", UNKNOWN=1), "uvicorn")
    assert ended.code is None
    assert "schema" not in ended.said


def test_strict_stops_at_any_error(site: Site) -> None:
    site.sql("ALTER TABLE users DROP COLUMN name")
    usual = start(site, "uvicorn")
    assert usual.code is None
    assert "❌ Column 'users.name' (varchar(50)) is missing" in usual.said
    strict = start(site.having(STARTUP="strict"), "uvicorn")
    assert strict.code == 3
    assert REFUSED in strict.said


@pytest.mark.slow
def test_strict_starts_with_a_warning(site: Site) -> None:
    site.sql("DROP TABLE rate_limit_violations")
    assert start(site.having(STARTUP="strict"), "uvicorn").code is None


def test_a_wrong_setting_stops(site: Site) -> None:
    ended = start(site.having(STARTUP="strickt"), "uvicorn")
    assert ended.code == 3
    assert "❌ SCHEMAGUARD['STARTUP'] must be one of" in ended.said
    assert "❌ Not started: the settings are wrong." in ended.said


@pytest.mark.slow
def test_a_new_database_stops_production_alone(site: Site) -> None:
    site.database.write_bytes(b"")
    production = start(site, "uvicorn")
    assert production.code == 3
    assert "❌ No table of the project is there" in production.said
    assert start(site.within(SITE_DEBUG="1"), "uvicorn").code is None


@pytest.mark.slow
def test_a_lost_record_of_migrations_does_not_stop(site: Site) -> None:
    site.sql("DROP TABLE django_migrations")
    ended = start(site, "uvicorn")
    assert ended.code is None
    assert "❌ Table 'django_migrations' is missing" in ended.said


@pytest.mark.slow
def test_a_database_in_memory_is_left_out(site: Site) -> None:
    memory = site.on(ENGINE="django.db.backends.sqlite3", NAME=":memory:")
    ended = start(memory, "uvicorn")
    assert ended.code is None
    assert "schema" not in ended.said


def test_a_hanging_database_costs_no_more_than_the_timeout(site: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        site = site.on(
            ENGINE="django.db.backends.postgresql",
            HOST="127.0.0.1",
            PORT=silent.getsockname()[1],
            NAME="absent",
            PASSWORD=PASSWORD,
        )
        begun = time.monotonic()
        ended = start(site.having(STARTUP_TIMEOUT=0.5), "uvicorn")
        assert time.monotonic() - begun < 5
    assert ended.code is None
    assert "❌ Database schema validation took over 0.5 s" in ended.said
    assert PASSWORD not in ended.said


def test_lines_are_words_where_the_stream_has_no_signs(site: Site) -> None:
    site.sql("DROP TABLE users")
    site = site.within(PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    ended = start(site, "uvicorn")
    assert ended.code == 3
    assert "ERROR: Required table 'users' is missing" in ended.said
    assert "\\N" not in ended.said
    assert "❌" not in ended.said


@pytest.mark.slow
def test_the_hint_follows_its_error(site: Site) -> None:
    site.sql("DROP TABLE users")
    lines = start(site, "uvicorn").said.splitlines()
    first = lines.index(MISSING)
    assert lines[first + 1].startswith("   ")
    assert PASSED not in lines


@pytest.mark.slow
def test_one_database_does_not_hide_another(site: Site) -> None:
    site.sql("DROP TABLE users")
    databases = json.loads(site.without_server().environment["SITE_DATABASES"])
    databases["broken"] = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(site.database),
    }
    ended = start(site.within(SITE_DATABASES=json.dumps(databases)), "uvicorn")
    assert ended.code == 3
    assert "❌ Database connection failed (default)" in ended.said
    assert f"{MISSING} (broken)" in ended.said
    assert REFUSED in ended.said
