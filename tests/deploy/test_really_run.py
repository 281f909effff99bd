"""A table that was dropped by hand, whose migration the journal shows to have run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from django_schemaguard.core.finding import Cause
from django_schemaguard.core.rules import Mode
from django_schemaguard.executor.deadline import Deadline
from django_schemaguard.executor.lock import run_lock
from django_schemaguard.executor.place import Place
from django_schemaguard.executor.rollback import find_run, roll_back
from django_schemaguard.models import Step
from django_schemaguard.pipeline import Job, validate
from django_schemaguard.repair.planning import Choices
from django_schemaguard.repair.running import auto_fix
from tests.deploy.conftest import ALIAS, servers
from tests.deploy.operations import ITEM, NOTE_MODEL, PRICE

if TYPE_CHECKING:
    from tests.deploy.conftest import Site

DRIFT = {("SG101", Cause.DRIFT, "shop.0002_next")}
FAKED = {
    ("SG101", Cause.FAKE_APPLIED, "shop.0002_next"),
    ("SG706", Cause.FAKE_APPLIED, "shop.0002_next"),
}


def found(site: Site) -> set[tuple[str, Cause, str | None]]:
    job = Job(site.request().job.settings, Mode.PRODUCTION, unmade=False)
    (report,) = validate([ALIAS], job).databases
    assert report.error is None
    return {(it.finding.code, it.cause, it.migration) for it in report.verdicts}


def record_anew(site: Site) -> None:
    recorder = MigrationRecorder(site.connection)
    recorder.record_unapplied("shop", "0002_next")
    recorder.record_applied("shop", "0002_next")


@pytest.fixture
def migrated(site: Site) -> Site:
    site.write("0001_initial", ITEM)
    site.write("0002_next", NOTE_MODEL)
    assert site.migrate().status == "done"
    return site


def test_run_of_ours_that_made_it_shows_it(migrated: Site):
    migrated.rows("DROP TABLE shop_note")
    assert found(migrated) == DRIFT

    record_anew(migrated)

    assert found(migrated) == FAKED


def test_run_of_ours_that_faked_it_shows_nothing(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_next", NOTE_MODEL)
    site.migrate(app="shop", migration="0002_next", fake=True)

    assert found(site) == FAKED


def test_repair_shows_it_until_it_is_rolled_back(migrated: Site):
    migrated.rows("DROP TABLE shop_note")
    record_anew(migrated)
    auto_fix(ALIAS, migrated.request().job, Choices())
    migrated.rows("DROP TABLE shop_note")
    assert found(migrated) == DRIFT

    with run_lock(connections[ALIAS], Deadline(10)) as lock:
        place = Place.at(lock, Deadline(10))
        roll_back(place, find_run(place.journal, None))
    steps = Step.objects.using(ALIAS).filter(object_table="shop_note")
    steps.update(status=Step.Status.DONE)  # As one that cannot be undone.

    assert found(migrated) == FAKED


@servers("postgresql", "mariadb")
def test_column_that_a_migration_made_alone(site: Site):
    site.write("0001_initial", ITEM)
    site.write("0002_next", PRICE)
    site.migrate()
    site.rows("ALTER TABLE shop_item DROP COLUMN price")

    assert found(site) == {("SG102", Cause.DRIFT, "shop.0002_next")}


def test_journal_of_another_make_shows_nothing(migrated: Site):
    migrated.rows("DROP TABLE shop_note")
    migrated.rows("ALTER TABLE schemaguard_step DROP COLUMN statements")

    assert found(migrated) >= FAKED
