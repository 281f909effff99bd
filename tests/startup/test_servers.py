"""The real server programs: which start, and what those that do not exit with."""

from __future__ import annotations

import time

import pytest

from tests.startup.serving import (
    PASSWORD,
    PATIENCE,
    Site,
    ask,
    installed,
    running,
    start,
)

PASSED = "✅ Database schema validation passed ("
REFUSED = "❌ Not started: the database schema is not what the application needs."

# What a server exits with where the guard refuses. Of gunicorn's workers the second
# may fail while the first one's failure stops the master, which then exits with 1.
EXIT_CODES = {
    "gunicorn-sync": {1, 3},
    "gunicorn-gthread": {1, 3},
    "gunicorn-preload": {3},
    "uvicorn": {3},
    "uvicorn-workers": {0},
    "daphne": {3},
    "hypercorn": {0},
    "runserver": {3},
    "uwsgi": {22},
}
# In the default run; the others take as long each, and are slow together.
QUICK = ("gunicorn-preload",)


def rows() -> list[object]:
    return [
        pytest.param(
            server,
            id=server,
            marks=[
                *([] if server in QUICK else [pytest.mark.slow]),
                *([] if installed(server) else [pytest.mark.skip("not installed")]),
            ],
        )
        for server in EXIT_CODES
    ]


@pytest.mark.parametrize("server", rows())
def test_starts_on_a_sound_database(site: Site, server: str) -> None:
    ended = start(site, server, "/count")
    assert ended.code is None, ended.said
    assert ended.answers[0].endswith(" 0")
    assert PASSED in ended.said
    assert "RuntimeWarning" not in ended.said


@pytest.mark.parametrize("server", rows())
def test_starts_without_an_optional_table(site: Site, server: str) -> None:
    site.sql("DROP TABLE rate_limit_violations")
    ended = start(site, server)
    assert ended.code is None, ended.said
    assert "⚠️ Optional table 'rate_limit_violations' is missing" in ended.said
    assert "RuntimeWarning" not in ended.said


@pytest.mark.parametrize("server", rows())
def test_stops_without_a_required_table(site: Site, server: str) -> None:
    site.sql("DROP TABLE users")
    ended = start(site, server)
    assert ended.code in EXIT_CODES[server], ended.said
    assert "❌ Required table 'users' is missing" in ended.said
    assert REFUSED in ended.said
    assert "RuntimeWarning" not in ended.said


@pytest.mark.parametrize("server", rows())
def test_starts_without_a_database(site: Site, server: str) -> None:
    ended = start(site.without_server(), server)
    # Django's own look at unapplied migrations ends runserver.
    assert ended.code == (1 if server == "runserver" else None), ended.said
    assert PASSWORD not in ended.said
    if ended.code is None:
        assert "❌ Database connection failed (default)" in ended.said
        assert "RuntimeWarning" not in ended.said


@pytest.mark.parametrize("server", rows())
def test_stops_without_a_database_where_told_to(site: Site, server: str) -> None:
    site = site.without_server().having(ABORT_IF_UNREACHABLE=True)
    ended = start(site, server)
    refused = {1} if server == "runserver" else EXIT_CODES[server]
    assert ended.code in refused, ended.said
    if server != "runserver":
        assert "❌ Not started: the database could not be validated." in ended.said


@pytest.mark.slow
def test_the_reloader_waits_for_a_change(site: Site) -> None:
    site.sql("DROP TABLE users")
    with running(site, "runserver-reload") as (port, process, log):
        end = time.monotonic() + PATIENCE
        while REFUSED.removeprefix("❌ ") not in log.read_text("utf-8"):
            assert time.monotonic() < end, log.read_text("utf-8")
            time.sleep(0.1)
        time.sleep(0.5)
        assert process.poll() is None
        with pytest.raises(ConnectionRefusedError):
            ask(port)
