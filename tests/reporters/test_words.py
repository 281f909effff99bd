from __future__ import annotations

from datetime import datetime, timedelta, timezone

from django_schemaguard.reporters.words import moment


def test_a_moment_is_told_in_utc() -> None:
    vienna = timezone(timedelta(hours=2))
    at = datetime(2026, 7, 1, 1, 30, 5, tzinfo=vienna)
    assert moment(at) == "2026-06-30 23:30:05 UTC"
