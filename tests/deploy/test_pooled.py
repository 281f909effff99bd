"""Through PgBouncer in transaction mode, where no session lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from django_schemaguard.deploy.resuming import resume
from django_schemaguard.deploy.ways import Choice
from django_schemaguard.exceptions import NotInTime
from django_schemaguard.models import Run
from tests.deploy.conftest import ALIAS, servers
from tests.deploy.operations import FAILS, ITEM, NOTE, ORDER, PRICE
from tests.executor.poolers import pooled

if TYPE_CHECKING:
    from tests.deploy.conftest import Site

pytestmark = pytest.mark.slow


@servers("postgresql")
def test_whole_migrations_run_and_others_are_refused(site: Site):
    site.write("0001_initial", ITEM)
    with pooled(site.connection):
        assert (site.migrate().status, site.tables) == ("done", {"shop_item"})
        site.write("0002_price", PRICE)
        site.write("0003_loose", NOTE, extra="atomic = False")

        refused = site.migrate()

        assert (refused.status, refused.exit_code) == ("reverted", 3)
        assert "is not safe behind a pooler" in refused.message
        assert site.recorded == ["0001_initial"]
        assert site.columns("shop_item") == {"id", "name"}
        assert site.rows("SHOW lock_timeout") == [("0",)]


@servers("postgresql")
def test_a_run_is_alone_and_can_be_resumed_and_undone(site: Site):
    site.write("0001_initial", ITEM)
    with pooled(site.connection):
        site.migrate()
        site.write("0002_order", ORDER)
        site.write("0003_fails", PRICE, FAILS)
        assert site.migrate(put_back=False).status == "needs_resume"
        result = resume(site.request(), Choice.UNDO)
        assert (result.status, site.recorded) == ("undone", ["0001_initial"])
        alive = {"status": Run.Status.RUNNING, "heartbeat": timezone.now()}
        Run.objects.using(ALIAS).update(**alive)

        with pytest.raises(NotInTime, match="is at work on the database"):
            site.migrate()
