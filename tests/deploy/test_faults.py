"""What happens to a run from outside: kills, locks, other runs, other changes."""

from __future__ import annotations

import re
import threading
import time
from typing import TYPE_CHECKING

import pytest
from django.db import connections

from django_schemaguard.models import Run
from tests.deploy.conftest import ALIAS, another, servers
from tests.deploy.killing import kill_when_paused, wait_until_paused
from tests.deploy.operations import (
    CREATE,
    FAILS,
    ITEM,
    NOTE,
    NOTE_MODEL,
    ORDER,
    ORDER_ROW,
    PRICE,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.deploy.conftest import Site

HOLDER = {
    "postgresql": r"Session \d+ \(a report, since \d\d:\d\d:\d\d, idle in transaction\)"
    r" holds the lock \(SELECT \* FROM shop_item WHERE name = \?\)\. Try again later\.",
    "mysql": r"Session \d+ \(root@\S+, since \d\d:\d\d:\d\d, sleep\)"
    r" may hold the lock\. Try again later\.",
}


@servers("sqlite", "postgresql")
def test_a_kill_between_ddl_and_record_leaves_neither(site: Site):
    site.write("0001_initial", ITEM, ORDER)
    site.write("0002_price", PRICE)

    kill_when_paused(site.spawn("migrate", PAUSE="shop.0002_price:applied"))

    assert site.columns("shop_item") == {"id", "name"}
    assert site.recorded == ["0001_initial"]
    result = site.migrate()
    assert (result.status, result.applied) == ("done", ("shop.0002_price",))
    assert Run.objects.using(ALIAS).earliest("pk").status == Run.Status.INTERRUPTED


@pytest.mark.slow
@servers("sqlite", "postgresql")
def test_a_kill_while_unapplying_leaves_both(site: Site):
    site.write("0001_initial", ITEM)
    site.write("0002_price", PRICE)
    site.migrate()

    kill_when_paused(
        site.spawn("migrate", "shop", "0001", PAUSE="shop.0002_price:unapplied")
    )

    assert "price" in site.columns("shop_item")
    assert site.recorded == ["0001_initial", "0002_price"]


@pytest.fixture
def blocked(site: Site) -> Iterator[Site]:
    """Hold a lock on the table that the next migration alters."""
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_price", PRICE)
    site.write("0003_order", ORDER)
    with another(site, "holder") as holder, holder.cursor() as cursor:
        if site.vendor == "postgresql":
            cursor.execute("SET application_name = 'a report'")
        cursor.execute("SELECT * FROM shop_item WHERE name = 'secret'")
        cursor.fetchall()
        yield site


@servers("postgresql", "mariadb")
def test_a_lock_that_is_never_free_leaves_all_as_it_was(blocked: Site):
    started = time.monotonic()

    result = blocked.migrate(deadline=1.5, lock_timeout=0.2)

    assert (result.exit_code, blocked.recorded) == (75, ["0001_initial"])
    assert blocked.tables == {"shop_item"}
    assert time.monotonic() - started < 6
    assert re.fullmatch(HOLDER[blocked.vendor], result.hint), result.hint


class Reader(threading.Thread):
    """Reads the table over and over, and notes how long it had to wait."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self.connection = site.connection.copy("reader")
        self.stopped = threading.Event()
        self.longest = 0.0

    def run(self) -> None:
        connections["reader"] = self.connection  # Of this thread.
        self.connection.inc_thread_sharing()
        with self.connection.cursor() as cursor:
            while not self.stopped.wait(0.01):
                started = time.monotonic()
                cursor.execute("SELECT * FROM shop_item")
                self.longest = max(self.longest, time.monotonic() - started)
        self.connection.close()


@pytest.mark.slow
@servers("postgresql")
def test_a_lock_that_is_freed_is_got_by_a_fresh_executor(blocked: Site):
    """Those who read meanwhile wait for no longer than one of its tries."""
    threading.Timer(3.0, connections["holder"].connection.rollback).start()
    reader = Reader(blocked)
    reader.start()

    result = blocked.migrate(deadline=10)

    reader.stopped.set()
    reader.join()
    assert (result.status, result.message) == ("done", "")
    assert reader.longest < 1.5
    assert blocked.recorded == ["0001_initial", "0002_price", "0003_order"]


@servers("postgresql")
def test_a_retry_after_a_rename_starts_from_a_fresh_state(blocked: Site):
    blocked.write(
        "0004_rename",
        'migrations.RenameField("item", "name", "title")',
        'migrations.AlterField("item", "title", models.TextField())',
    )
    threading.Timer(1.0, connections["holder"].connection.rollback).start()

    result = blocked.migrate(deadline=10)

    assert (result.status, result.message) == ("done", "")
    assert "title" in blocked.columns("shop_item")


@pytest.mark.slow
def test_of_eight_at_once_one_applies_and_seven_find_nothing_to_do(site: Site):
    site.write("0001_initial", ITEM, ORDER)
    site.write("0002_price", PRICE)

    processes = [site.spawn("migrate") for _ in range(8)]
    ends = [process.communicate(timeout=60) for process in processes]

    assert [process.returncode for process in processes] == [0] * 8, ends
    assert sum("applied (" in said for said, _ in ends) == 1
    assert sum("No migrations to apply" in said for said, _ in ends) == 7
    assert site.recorded == ["0001_initial", "0002_price"]


@pytest.mark.slow
def test_who_does_not_wait_leaves_with_75(site: Site):
    site.write("0001_initial", ITEM)
    first = site.spawn("migrate", PAUSE="shop.0001_initial:applied")
    wait_until_paused(first)

    others = [site.spawn("migrate", "--no-wait") for _ in range(2)]
    ends = [process.communicate(timeout=60) for process in others]

    assert [process.returncode for process in others] == [75, 75], ends
    assert all("is at work on database" in said + failed for said, failed in ends)
    first.kill()
    first.communicate()


def test_a_schema_changed_behind_the_plan_stops_the_run(
    site: Site, monkeypatch: pytest.MonkeyPatch
):
    from django_schemaguard.deploy import run

    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_note", NOTE)
    original = run.lint

    def lint(*arguments):
        site.rows("CREATE TABLE intruder (id integer)")
        return original(*arguments)

    monkeypatch.setattr(run, "lint", lint)

    with pytest.raises(run.SchemaChanged, match="was changed while the run"):
        site.migrate()
    assert site.recorded == ["0001_initial"]


@servers("postgresql")
def test_a_read_only_server_is_refused(site: Site):
    from django_schemaguard.exceptions import SchemaguardError

    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_note", NOTE)
    name = site.connection.settings_dict["NAME"]
    site.rows(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    site.connection.close()

    with pytest.raises(SchemaguardError, match="read-only"):
        site.migrate()


@servers("postgresql")
def test_rows_and_schema_in_one_migration_fail_cleanly_or_work(site: Site):
    """Rows with deferred constraints pending make ALTER TABLE fail, with 55006."""
    site.write("0001_initial", ITEM, ORDER)
    site.migrate()
    site.write(
        "0002_both",
        CREATE.format("Item", "name='x'", 1),
        ORDER_ROW,
        'migrations.AddField("order", "note", models.TextField(default=""))',
    )

    result = site.migrate()

    assert (result.status, result.exit_code) == ("failed_clean", 3)
    assert "pending trigger events" in result.message
    assert site.rows("SELECT count(*) FROM shop_item") == [(0,)]
    assert site.columns("shop_order") == {"id", "item_id"}


@servers("postgresql")
def test_a_row_that_races_the_way_back_is_not_lost(site: Site):
    """The table is locked before it is looked at, so the writer comes too late."""
    site.write("0001_initial", NOTE_MODEL)
    site.migrate()
    site.write("0002_item", ITEM)
    site.write("0003_wrong", FAILS)
    other = connections["other"] = site.connection.copy("other")
    other.set_autocommit(False)

    def say(line: str) -> None:
        if line.startswith("  shop.0002_item: applied"):
            with other.cursor() as cursor:
                cursor.execute("INSERT INTO shop_item (name) VALUES ('racing')")
            threading.Timer(0.3, other.connection.commit).start()

    try:
        result = site.migrate(say=say, deadline=5)
    finally:
        other.close()
        del connections["other"]

    assert (result.status, result.exit_code) == ("revert_blocked", 4)
    assert site.rows("SELECT name FROM shop_item") == [("racing",)]
