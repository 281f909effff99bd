from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from django_schemaguard.core.rules import Mode
from django_schemaguard.models import QuerySnapshot, QueryStat
from django_schemaguard.perf.comparing import Compared, TooFew, compare_windows
from django_schemaguard.perf.reading import Untold
from django_schemaguard.perf.taking import schema_version, take
from django_schemaguard.pipeline import Job
from tests.damage.harness import SETTINGS

JOB = Job(SETTINGS, Mode.PRODUCTION)
WHY = {
    "sqlite": "SQLite keeps no statistics of statements.",
    "postgresql": "Extension pg_stat_statements is not in database 'postgresql'.",
    "mysql": "performance_schema is off on the server of 'mariadb'.",
}


def test_server_without_statistics_is_no_failure(
    alias: str, connection: BaseDatabaseWrapper
) -> None:
    found = take(alias, JOB)
    if not isinstance(found, Untold):
        pytest.skip("this server keeps statistics")
    assert found.reason == WHY[connection.vendor]
    out = StringIO()
    call_command("schemaguard", "perf", "snapshot", "--database", alias, stdout=out)
    assert out.getvalue().splitlines()[0] == WHY[connection.vendor]
    out = StringIO()
    words = ("perf", "snapshot", "--database", alias, "--format", "json")
    call_command("schemaguard", *words, stdout=out)
    assert json.loads(out.getvalue())["reason"] == WHY[connection.vendor]


def test_nothing_to_compare_is_no_failure(alias: str) -> None:
    out = StringIO()
    call_command("schemaguard", "perf", "compare", "--database", alias, stdout=out)
    assert out.getvalue().splitlines()[0] == "There is no snapshot yet."


@pytest.mark.vendors("sqlite", "postgresql")
def test_version_follows_schema_and_migrations(
    alias: str, connection: BaseDatabaseWrapper
) -> None:
    first = schema_version(alias, JOB)
    assert schema_version(alias, JOB) == first
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX by_hand ON orders_order (status)")
        second = schema_version(alias, JOB)
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    assert len({first, second, schema_version(alias, JOB)}) == 3


def stored(alias: str, version: str, *counts: tuple[int, float, int]) -> int:
    """Store a snapshot of statements 0, 1, …: calls, milliseconds, blocks."""
    snapshot = QuerySnapshot.objects.using(alias).create(
        alias=alias, schema_version=version, source="command"
    )
    QueryStat.objects.using(alias).bulk_create(
        QueryStat(
            snapshot=snapshot,
            fingerprint=str(number),
            text=f"SELECT {number}",
            calls=calls,
            total_ms=ms,
            squares=0,
            rows=calls,
            blocks=blocks,
            since=timezone.now() - timedelta(days=1),
        )
        for number, (calls, ms, blocks) in enumerate(counts)
    )
    return int(snapshot.pk)


def test_windows_lie_around_the_last_change(alias: str) -> None:
    assert isinstance(compare_windows(alias), TooFew)
    first = stored(alias, "v0", (0, 0, 0), (0, 0, 0))
    assert compare_windows(alias) == TooFew(
        f"The schema has not changed since snapshot {first}."
    )
    stored(alias, "v1", (0, 0, 0), (0, 0, 0))
    assert compare_windows(alias) == TooFew(
        "There are no two snapshots of the schema before its last change."
    )
    start = stored(alias, "v1", (100, 10, 300), (100, 10, 300))
    end = stored(alias, "v1", (200, 20, 600), (200, 20, 600))
    change = stored(alias, "v2", (200, 20, 600), (200, 20, 600))
    last = stored(alias, "v2", (300, 1020, 30600), (300, 220, 900))

    found = compare_windows(alias)
    assert isinstance(found, Compared)
    assert (found.before.first.number, found.before.last.number) == (start, end)
    assert (found.after.first.number, found.after.last.number) == (change, last)
    assert [it.after.text for it in found.slower] == ["SELECT 0"]
    assert found.before.doubts == found.after.doubts == ()
    assert compare_windows(alias, (start, end), (last, change)) == found


def test_without_a_snapshot_at_the_change_the_window_is_doubtful(alias: str) -> None:
    stored(alias, "v1", (0, 0, 0))
    end = stored(alias, "v1", (100, 10, 300))
    last = stored(alias, "v2", (200, 1010, 30300))
    found = compare_windows(alias)
    assert isinstance(found, Compared)
    assert found.after.doubts == (
        f"The schema changed between snapshots {end} and {last}.",
    )
    assert len(found.slower) == 1
