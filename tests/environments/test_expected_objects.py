"""`validate` compares triggers, functions and views with the snapshot of OBJECTS."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import override_settings

from django_schemaguard.core.finding import Cause
from django_schemaguard.core.patterns import Pattern
from django_schemaguard.core.report import DatabaseReport, Verdict
from django_schemaguard.core.rules import Mode, Waiver
from django_schemaguard.core.snapshot import ACTUAL, EXPECTED, dump
from django_schemaguard.exceptions import UnusableFile
from django_schemaguard.pipeline import Job, validate
from django_schemaguard.pipeline.objects import WHAT
from django_schemaguard.pipeline.taking import take
from tests.damage.harness import SETTINGS
from tests.environments.test_objects import JOB, before, run

pytestmark = pytest.mark.vendors("postgresql")
__all__ = ["before"]
CHANGES = (
    "DROP TRIGGER note ON orders_order",
    "CREATE VIEW by_hand AS SELECT 1 AS one",
    "ALTER TYPE mood RENAME VALUE 'sad' TO 'low'",
)


def validated(alias: str, job: Job) -> DatabaseReport:
    (report,) = validate([alias], job).databases
    assert report.error is None
    return report


def about(report: DatabaseReport) -> dict[str, Verdict]:
    codes = {"SG408", "SG409", "SG410"}
    found = (v for v in report.verdicts if v.finding.code in codes)
    return {f"{v.severity.word} {v.finding.code} {v.message}": v for v in found}


def with_file(path: str) -> Job:
    return replace(JOB, settings=replace(SETTINGS, objects=Path(path)))


def test_what_differs_from_the_snapshot(
    alias: str, connection: BaseDatabaseWrapper, before: str
) -> None:
    job = with_file(before)
    sound = validated(alias, job)
    assert about(sound) == {}
    run(connection, *CHANGES)
    found = about(validated(alias, job))
    assert list(found) == [
        f"info SG409 View 'by_hand' is not in '{before}'.",
        "warning SG410 Enum type 'mood' is 'fine', 'low'; the model needs 'fine',"
        " 'sad'.".replace("the model needs", f"'{before}' has"),
        "warning SG408 Trigger 'note' of 'orders_order' is missing.",
    ]
    extra, changed, missing = found.values()
    assert [it.cause for it in (extra, changed, missing)] == [
        Cause.UNDECLARED,
        Cause.DRIFT,
        Cause.DRIFT,
    ]
    assert extra.hint == "Drop it, or take the snapshot of OBJECTS anew."


def test_nothing_is_told_twice(
    alias: str, connection: BaseDatabaseWrapper, before: str
) -> None:
    """A trigger of the snapshot is no news, and SG407 tells of a lost extension."""
    job = with_file(before)
    assert "SG406" not in {it.finding.code for it in validated(alias, job).verdicts}
    assert "SG406" in {it.finding.code for it in validated(alias, JOB).verdicts}
    run(
        connection,
        "CREATE TRIGGER twice BEFORE INSERT ON orders_order"
        " FOR EACH ROW EXECUTE FUNCTION note()",
    )
    assert codes_about(alias, job, "'twice'") == ["SG409"]
    run(connection, "DROP EXTENSION plpgsql CASCADE")
    assert codes_about(alias, job, "'plpgsql'") == ["SG407"]


def codes_about(alias: str, job: Job, name: str) -> list[str]:
    verdicts = validated(alias, job).verdicts
    return [it.finding.code for it in verdicts if name in it.message]


def test_only_by_setting_and_of_all(
    alias: str, connection: BaseDatabaseWrapper, before: str
) -> None:
    run(connection, *CHANGES)
    assert about(validated(alias, JOB)) == {}
    some = replace(with_file(before), apps=frozenset({"orders"}))
    assert about(validated(alias, some)) == {}
    other = replace(with_file(before), focus=lambda schema: schema)
    assert about(validated(alias, other)) == {}


def test_policy_and_waivers_count(
    alias: str, connection: BaseDatabaseWrapper, before: str
) -> None:
    run(connection, *CHANGES)
    waiver = Waiver("known", Pattern("SG409"), object=Pattern("view by_hand"))
    job = with_file(before)
    job = replace(job, settings=replace(job.settings, ignore=(waiver,)))
    report = validated(alias, job)
    assert sorted(it.finding.code for it in about(report).values()) == [
        "SG408",
        "SG410",
    ]
    assert report.waived == 1


def test_who_changed_it_is_told(
    alias: str, connection: BaseDatabaseWrapper, before: str
) -> None:
    call_command("schemaguard", "ledger", "install", database=alias, stdout=StringIO())
    dropped = (
        "ALTER TABLE orders_order DISABLE ROW LEVEL SECURITY",
        "DROP VIEW open_orders",
        "DROP FUNCTION note()",
        "REVOKE SELECT ON orders_order FROM PUBLIC",
        "DROP POLICY own ON orders_order",
    )
    run(connection, *CHANGES, *dropped)
    verdicts = about(validated(alias, with_file(before))).values()
    told = [it.provenance for it in verdicts]
    assert sorted(it.entry.statement for it in told if it and it.exact) == sorted(
        (*CHANGES, *dropped)
    )
    assert None not in told


def test_view_that_somebody_locks_spoils_nothing_else(
    alias: str, connection: BaseDatabaseWrapper, tmp_path: Path
) -> None:
    path = tmp_path / "objects.json"
    path.write_text(dump(take(alias, ACTUAL, JOB)), encoding="utf-8")
    job = with_file(str(path))
    job = replace(job, limits=replace(job.limits, lock_ms=100))
    run(connection, "CREATE TABLE left_over (id int)")
    session = connection.copy()
    run(session, "BEGIN", "LOCK TABLE orders_turnover IN ACCESS EXCLUSIVE MODE")
    try:
        report = validated(alias, job)
    finally:
        run(session, "ROLLBACK")
        session.close()
    (skip,) = (it for it in report.skips if it.object == WHAT)
    assert "lock timeout" in skip.reason
    assert "left_over" in {it.finding.table.name for it in report.verdicts}


def test_option_and_setting(
    alias: str, connection: BaseDatabaseWrapper, before: str
) -> None:
    run(connection, CHANGES[0])
    words = ("schemaguard", "validate", "--database", alias)
    out = StringIO()
    with override_settings(SCHEMAGUARD={"OBJECTS": before}):
        call_command(*words, stdout=out)
    assert "Trigger 'note' of 'orders_order' is missing [SG408]" in out.getvalue()
    out = StringIO()
    call_command(*words, "--objects", before, stdout=out)
    assert "Trigger 'note' of 'orders_order' is missing [SG408]" in out.getvalue()


def test_files_that_will_not_do(alias: str, tmp_path: Path) -> None:
    expected = tmp_path / "expected.json"
    expected.write_text(dump(take(alias, EXPECTED, JOB)), encoding="utf-8")
    with pytest.raises(CommandError) as caught:
        call_command("schemaguard", "validate", database=alias, objects=str(expected))
    assert str(caught.value) == (
        f"Snapshot '{expected}' holds no {WHAT}.\n"
        f"Take it with 'manage.py schemaguard snapshot FILE --database {alias}'"
        " of a PostgreSQL database."
    )
    assert caught.value.returncode == 2
    broken = tmp_path / "broken.json"
    broken.write_text("[]", encoding="utf-8")
    with pytest.raises(UnusableFile, match="has no key 'format'"):
        validate([alias], with_file(str(broken)))


@pytest.mark.vendors("sqlite")
def test_other_servers_are_left_alone(alias: str) -> None:
    assert connections[alias].vendor == "sqlite"
    job = Job(replace(SETTINGS, objects=Path("nowhere.json")), Mode.PRODUCTION)
    assert about(validated(alias, job)) == {}
