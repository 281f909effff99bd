"""What a validation advises where a run of migrations left a half."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from django_schemaguard.core.rules import Mode
from django_schemaguard.models import Run
from django_schemaguard.pipeline import validate_one
from tests.deploy.conftest import ALIAS, servers
from tests.deploy.operations import FAILS, ITEM, NOTE, NOTE_MODEL, ORDER, PRICE

if TYPE_CHECKING:
    from tests.deploy.conftest import Site

SETTLE = (
    "Settle run 2 first: 'manage.py schemaguard resume --database deploy' tells how."
)
KILLED = (
    "Run 2 is at work on it or was killed:"
    " 'manage.py schemaguard resume --database deploy' tells."
)


@pytest.fixture
def half(site: Site) -> Site:
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_half", PRICE, FAILS, NOTE, extra="atomic = False")
    site.write("0003_order", ORDER)
    assert site.migrate().exit_code == 4
    return site


def hints(site: Site) -> dict[tuple[str, str | None], str]:
    """Return what is advised for each finding that is about a migration."""
    report = validate_one(ALIAS, site.request(mode=Mode.PRODUCTION).job)
    assert report.error is None
    return {
        (verdict.finding.code, verdict.migration): verdict.hint
        for verdict in report.verdicts
        if verdict.migration
    }


def test_what_a_run_left_points_to_resume(half: Site):
    assert hints(half) == {
        ("SG707", "shop.0002_half"): SETTLE,
        ("SG701", "shop.0002_half"): SETTLE,
        ("SG701", "shop.0003_order"): SETTLE,
    }


@servers("sqlite")
def test_so_does_what_one_left_that_was_killed(half: Site):
    Run.objects.using(ALIAS).filter(pk=2).update(status=Run.Status.RUNNING, error={})

    assert set(hints(half).values()) == {KILLED}


@servers("sqlite")
def test_what_no_run_left_keeps_its_hint(half: Site):
    Run.objects.using(ALIAS).filter(pk=2).update(status=Run.Status.FAILED_CLEAN)

    found = hints(half)

    assert found["SG701", "shop.0003_order"] == (
        "Settle 'shop.0002_half' first, then run 'manage.py migrate --database deploy'."
    )
    assert found["SG707", "shop.0002_half"] == (
        "Do by hand what is missing of what"
        " 'manage.py sqlmigrate shop 0002_half --database deploy' prints,"
        " then run 'manage.py migrate --fake shop 0002_half --database deploy'."
    )


@servers("sqlite")
def test_so_does_what_waits_behind_one_that_left_no_half(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_price", PRICE)
    site.write("0003_wrong", FAILS)
    assert site.migrate(put_back=False).exit_code == 4

    assert hints(site) == {("SG701", "shop.0003_wrong"): SETTLE}

    Run.objects.using(ALIAS).filter(pk=2).update(status=Run.Status.RUNNING)
    run = "Run 'manage.py migrate --database deploy'."
    assert hints(site) == {("SG701", "shop.0003_wrong"): run}


@servers("postgresql")
def test_a_journal_that_may_not_be_read_is_no_failure(half: Site):
    half.rows("ALTER TABLE schemaguard_run RENAME COLUMN command TO other")

    report = validate_one(ALIAS, half.request().job)

    (skip,) = report.skips
    assert skip.object == "runs that stopped half-way"
    assert skip.reason.startswith("The journal could not be read: column ")
    assert report.error is None


@servers("sqlite")
def test_a_table_that_only_changes_its_model_is_no_half(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    moved = NOTE_MODEL.replace("])", '], options={"db_table": "shop_item"})')
    site.write(
        "0002_moved",
        f"migrations.SeparateDatabaseAndState(state_operations=[{moved}])",
        ORDER,
    )

    assert hints(site) == {
        ("SG701", "shop.0002_moved"): "Run 'manage.py migrate --database deploy'."
    }
