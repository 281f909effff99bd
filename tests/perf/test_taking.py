from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from django_schemaguard.core.rules import Mode
from django_schemaguard.models import QuerySnapshot, QueryStat
from django_schemaguard.perf import storing, taking
from django_schemaguard.perf.comparing import TooFew, compare_windows
from django_schemaguard.perf.reading import Reading, Stat, Untold
from django_schemaguard.perf.storing import superfluous
from django_schemaguard.perf.taking import schema_version, take, take_beside
from django_schemaguard.perf.versions import costs
from django_schemaguard.perf.windows import Compared
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


def test_version_follows_schema_and_migrations(
    alias: str, connection: BaseDatabaseWrapper
) -> None:
    first = schema_version(connection, "a")
    assert schema_version(connection, "a") == first
    second = schema_version(connection, "b")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    assert len({first, second, schema_version(connection, "a")}) == 3


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


def test_windows_lie_around_the_last_change(
    alias: str, connection: BaseDatabaseWrapper
) -> None:
    out = StringIO()
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
    unit = "rows examined" if connection.vendor == "mysql" else "blocks"
    with pytest.raises(CommandError):  # The exit code 1.
        call_command("schemaguard", "perf", "compare", database=alias, stdout=out)
    assert f"  after:  10.000 ms and 300.0 {unit} a call, 100 calls\n" in out.getvalue()
    assert compare_windows(alias, (start, end), (last, change)) == found


def test_window_before_reaches_back_to_calls_enough(alias: str) -> None:
    stored(alias, "v1", (0, 0, 0))
    start = stored(alias, "v1", (100, 10, 300))
    stored(alias, "v1", (200, 20, 600))
    stored(alias, "v1", (200, 20, 600))  # Just before the change, nothing ran.
    end = stored(alias, "v1", (202, 20, 606))
    stored(alias, "v2", (202, 20, 606))
    stored(alias, "v2", (302, 1020, 30606))

    found = compare_windows(alias)

    assert isinstance(found, Compared)
    assert (found.before.first.number, found.before.last.number) == (start, end)
    assert len(found.slower) == 1
    assert (found.compared, found.rare, found.doubts) == (1, 0, ())


def test_window_that_holds_too_little_is_told(
    alias: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = stored(alias, "v1", (0, 0, 0))
    last = stored(alias, "v1", (49, 5, 147))
    stored(alias, "v2", (49, 5, 147))
    stored(alias, "v2", (149, 1005, 30147))

    out = StringIO()
    call_command("schemaguard", "perf", "compare", "--database", alias, stdout=out)

    doubt = f"No statement ran 50 times between snapshots {first} and {last}"
    assert f"Doubt:  {doubt}, so none was compared.\n" in out.getvalue()
    summary = "before (0 compared, 1 too rare to compare, 0 new, 0 gone)."
    assert summary in out.getvalue()
    Statements(monkeypatch)
    made = take(alias, JOB, "command", "v3")
    assert isinstance(made, QuerySnapshot)
    assert made.slower is None  # Not known, which is another matter than none.


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


@pytest.mark.parametrize(
    ("versions", "most", "gone"),
    [
        pytest.param("aaa", 3, [], id="room-for-all"),
        pytest.param("aaaaaabbb", 8, [1], id="between"),
        pytest.param("aaaaaabbbb", 6, [1, 2, 3, 7], id="between-of-both"),
        pytest.param("aaabbb", 4, [0, 1], id="then-the-oldest"),
        pytest.param("abab", 3, [0], id="a-version-that-is-back"),
    ],
)
def test_what_a_comparison_needs_is_kept_longest(
    versions: str, most: int, gone: list[int]
) -> None:
    kept = [QuerySnapshot(pk=n, schema_version=v) for n, v in enumerate(versions)]
    assert [it.pk for it in superfluous(kept, most)] == gone


class Statements:
    """Stands for a server's statistics: what `read_statements` gives."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ms, self.blocks = 0.0, 0
        self.calls = 0
        monkeypatch.setattr(taking, "read_statements", self._read)

    def run(self, ms: float, blocks: int) -> None:
        self.calls += 100
        self.ms += 100 * ms
        self.blocks += 100 * blocks

    def _read(self, _: BaseDatabaseWrapper) -> Reading:
        stat = Stat("a", "SELECT a", self.calls, self.ms, blocks=self.blocks)
        return Reading((stat,))


def test_each_version_tells_what_it_made_dearer(
    alias: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements = Statements(monkeypatch)
    for source, schema, ms, blocks in (
        ("after run 1", "v1", 0.1, 3),
        ("before run 2", "v1", 0.1, 3),
        ("after run 2", "v2", 0.1, 3),
        ("command", "v2", 10, 300),
        ("before run 3", "v2", 10, 300),
        ("after run 3", "v3", 10, 300),
        ("command", "v3", 10, 300),
    ):
        statements.run(ms, blocks)
        take(alias, JOB, source, schema)
    assert [(it.source, len(it.slower)) for it in costs(alias)] == [
        ("after run 3", 0),
        ("after run 2", 1),
    ]
    (slower,) = costs(alias)[1].slower
    assert (slower["statement"], slower["times"]) == ("SELECT a", 100)
    out = StringIO()
    call_command("schemaguard", "history", "--database", alias, stdout=out)
    assert "after run 2: 1 statement\n    100.0 times: SELECT a\n" in out.getvalue()


@pytest.mark.vendors("postgresql")
def test_what_is_to_be_granted_is_enough(
    alias: str, connection: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sql(statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    def snapshot() -> None:
        with transaction.atomic(using=alias):
            sql("SET LOCAL ROLE schemaguard_plain")
            words = ("perf", "snapshot", "--database", alias)
            call_command("schemaguard", *words, stdout=StringIO())
            sql("SET LOCAL ROLE NONE")

    Statements(monkeypatch)
    monkeypatch.setattr(storing, "KEPT", 1)  # One has to make room.
    sql("CREATE ROLE schemaguard_plain")
    sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO schemaguard_plain")
    with pytest.raises(CommandError) as caught:
        snapshot()
    refused, grant = str(caught.value).splitlines()
    assert "permission denied for table schemaguard_querysnapshot" in refused
    sql(re.sub(r'TO ".*"', "TO schemaguard_plain", grant))
    for _ in range(2):
        snapshot()


def test_a_run_hears_of_a_failure_and_goes_on(
    alias: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    Statements(monkeypatch)
    take_beside(alias, JOB, "after run 1", "v1", said.append)
    assert QuerySnapshot.objects.using(alias).get().source == "after run 1"
    off = replace(JOB, settings=replace(SETTINGS, query_snapshots=False))
    take_beside(alias, off, "after run 2", "v2", said.append)
    assert QuerySnapshot.objects.using(alias).count() == 1
    assert said == []
    refused = Untold("The statistics cannot be read: no right", refused=True)
    monkeypatch.setattr(taking, "read_statements", lambda _: refused)
    take_beside(alias, JOB, "after run 3", "v3", said.append)
    assert said == [f"  no snapshot of query statistics: {refused.reason}"]


@pytest.mark.vendors("sqlite", "postgresql")
def test_a_table_of_another_make_ends_no_run(
    alias: str, connection: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    Statements(monkeypatch)
    table = connection.ops.quote_name("schemaguard_querysnapshot")
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME COLUMN evicted TO gone")
    take_beside(alias, JOB, "after run 1", "v1", said.append)
    (line,) = said
    assert line.startswith("  no snapshot of query statistics: ")
    assert "evicted" in line
