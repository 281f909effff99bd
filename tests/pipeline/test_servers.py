"""Servers that cannot be reached, or are too old."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db.backends.base.base import RAN_DB_VERSION_CHECK

from django_schemaguard.backends.connect import connect
from django_schemaguard.core.report import DatabaseReport, Report
from django_schemaguard.exceptions import DatabaseUnreachable, DatabaseUnsupported
from django_schemaguard.pipeline import servers
from django_schemaguard.reporters import as_github, as_sarif
from django_schemaguard.reporters.look import Look

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


def reported(
    connection: BaseDatabaseWrapper, error: DatabaseUnreachable
) -> list[tuple[str, str, str, str]]:
    blank = DatabaseReport(connection.alias, connection.vendor, None, reachable=False)
    report = servers.unreachable(blank, error)
    assert (report.reachable, report.error) == (False, str(error))
    return [
        (v.severity.word, v.finding.code, v.finding.message, v.hint)
        for v in report.verdicts
    ]


@pytest.mark.vendors("postgresql", "mariadb")
def test_a_server_that_is_not_there(
    alias: str, connection: BaseDatabaseWrapper
) -> None:
    apart = connection.copy()
    apart.settings_dict |= {"HOST": "127.0.0.1", "PORT": "1"}
    with pytest.raises(DatabaseUnreachable) as caught:
        connect(apart, 2)
    assert reported(apart, caught.value) == [
        (
            "error",
            "SG801",
            f"Database '{alias}' is unreachable: {caught.value}",
            "Check the database's name, that the server is running, the network and"
            " the credentials.",
        )
    ]


@pytest.mark.vendors("postgresql")
def test_the_lines_of_libpq_are_sentences(connection: BaseDatabaseWrapper) -> None:
    apart = connection.copy()
    apart.settings_dict |= {"HOST": "127.0.0.1", "PORT": "1"}

    with pytest.raises(DatabaseUnreachable) as caught:
        connect(apart, 2)

    assert str(caught.value).endswith(
        "port 1 failed: Connection refused. Is the server running on that host and"
        " accepting TCP/IP connections?"
    )
    blank = DatabaseReport("default", "postgresql", None, reachable=False)
    report = Report("production", (servers.unreachable(blank, caught.value),))
    log = as_sarif.render(report, Look())
    assert "connections? Effect: every query fails." in log
    lines = as_github.render(report, Look()).splitlines()
    assert [line[: line.index("::", 2)] for line in lines if "::" in line] == [
        "::error title=Database connection failed (default)"
    ]


@pytest.mark.vendors("postgresql", "mariadb")
def test_a_server_that_django_refuses(
    alias: str, connection: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart = connection.copy()
    monkeypatch.setattr(apart.features, "minimum_database_version", (99,))
    RAN_DB_VERSION_CHECK.discard(alias)
    for _ in range(2):  # The second try finds what the first left behind.
        with pytest.raises(DatabaseUnsupported, match="99 or later is req") as caught:
            connect(apart, 2)
        assert apart.connection is None
    assert reported(apart, caught.value) == [
        (
            "error",
            "SG802",
            f"The server of database '{alias}' is too old: {caught.value}",
            "Upgrade the server, or use the Django release that supports it.",
        )
    ]


@pytest.mark.vendors("postgresql", "mariadb")
def test_a_server_older_than_any_that_was_tested(
    alias: str, connection: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = connection.display_name
    monkeypatch.setattr(servers, "_TESTED", {name: (98, 7)})
    version = ".".join(map(str, connection.get_database_version()))
    (verdict,) = servers.too_old(connection)
    assert (verdict.severity.word, verdict.finding.code) == ("warning", "SG802")
    assert verdict.finding.message == (
        f"The server of database '{alias}' is too old:"
        f" {name} 98.7 is the oldest tested, this is {version}."
    )


def test_a_server_of_today_is_not_too_old(connection: BaseDatabaseWrapper) -> None:
    connection.ensure_connection()
    assert servers.too_old(connection) == ()
