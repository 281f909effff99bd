"""The checks of `health_check` where the schema could not be read."""

from __future__ import annotations

from django_schemaguard.core.report import DatabaseReport
from django_schemaguard.reporters.checkup import Check, checks


def unreadable(vendor: str) -> DatabaseReport:
    return DatabaseReport(
        "default", vendor, None, reachable=True, error="permission denied"
    )


def test_a_server_that_answered_was_connected_to() -> None:
    connection, *_ = checks(unreadable("postgresql"), 0.00125)

    assert connection == Check("connection", "pass", "1.25 ms")


def test_a_file_that_is_no_database_was_not() -> None:
    connection, *_ = checks(unreadable("sqlite"), 0.00125)

    assert connection == Check("connection", "unknown", "not checked")
