"""What `resume` answers where no way is chosen, and what it writes down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from django_schemaguard.deploy.asking import (
    AT_WORK,
    NothingToResume,
    how_it_stands,
)
from django_schemaguard.deploy.resuming import resume
from django_schemaguard.deploy.stopping import NotAsMade
from django_schemaguard.deploy.unfinished import Unfinished, stopped
from django_schemaguard.deploy.ways import Choice
from django_schemaguard.exceptions import NotInTime
from django_schemaguard.executor.deadline import Deadline
from django_schemaguard.executor.lock import run_lock
from django_schemaguard.models import Run
from tests.deploy.conftest import ALIAS, another, servers
from tests.deploy.operations import FAILS, ITEM, NOTE, PRICE

if TYPE_CHECKING:
    from tests.deploy.conftest import Site


@pytest.fixture
def killed(site: Site) -> Site:
    """Leave half a migration, as a run does that was killed in the middle of it."""
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_half", PRICE, FAILS, NOTE, extra="atomic = False")
    assert site.migrate().exit_code == 4
    Run.objects.using(ALIAS).filter(pk=2).update(status=Run.Status.RUNNING, error={})
    return site


@servers("sqlite")
def test_a_run_that_was_killed_is_known_to_have_stopped_then(killed: Site):
    assert stopped(killed.connection) is None

    answer = how_it_stands(killed.connection)

    assert isinstance(answer, Unfinished)
    assert "'manage.py schemaguard resume --rerun' to run" in answer.hint
    assert killed.run.get_status_display() == "stopped half-way"
    assert killed.run.error["migration"] == "shop.0002_half"
    assert stopped(killed.connection) == killed.run


@servers("sqlite")
def test_so_it_is_where_the_way_that_was_chosen_is_closed(killed: Site):
    with pytest.raises(NotAsMade):
        resume(killed.request(), Choice.MARK_APPLIED)

    assert stopped(killed.connection) == killed.run


@servers("sqlite", "postgresql")
def test_one_whose_session_still_works_is_not_denied(killed: Site):
    with another(killed, "survivor") as survivor:
        survivor.set_autocommit(True)
        with (
            run_lock(survivor, Deadline(5)),
            pytest.raises(NotInTime, match=r"Another run .*is at work on") as told,
        ):
            how_it_stands(killed.connection)

    assert (told.value.exit_code, told.value.hint) == (75, AT_WORK)
    assert killed.run.status == Run.Status.RUNNING


@servers("sqlite")
def test_one_that_left_no_half_is_told_to_be_run_again(killed: Site):
    killed.rows("DELETE FROM schemaguard_step WHERE migration = '0002_half'")

    answer = how_it_stands(killed.connection)

    assert isinstance(answer, NothingToResume)
    assert answer.hint == (
        "Run 2 (migrate) was cut short between two migrations:"
        " 'manage.py schemaguard migrate' goes on from what stands."
    )
    assert killed.run.status == Run.Status.RUNNING
