"""Kill -9 wherever it is worst; what is left is told, and can be brought to an end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from django_schemaguard.deploy.resuming import resume
from django_schemaguard.deploy.unfinished import Unfinished, foreseen
from django_schemaguard.deploy.ways import Choice
from django_schemaguard.exceptions import NotInTime
from django_schemaguard.models import Run
from tests.deploy.conftest import ALIAS, another, servers
from tests.deploy.killing import kill_when_paused
from tests.deploy.operations import FAILS, ITEM, NOTE_MODEL, NOTHING, ORDER, PRICE
from tests.deploy.test_resume import keys

if TYPE_CHECKING:
    from tests.deploy.conftest import Site

TAG = 'migrations.AddField("item", "tag", models.IntegerField(null=True))'
NOT_ATOMIC = "atomic = False"
# Takes MariaDB some milliseconds for each row.
SLOW = """migrations.AddField("item", "slow", models.IntegerField(
    db_default=models.functions.Length(models.functions.SHA512(
        models.functions.Repeat(models.Value("x"), 16_000_000)))))"""
DIES = "SELECT pg_terminate_backend(pg_backend_pid())"
BUILDING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND state = 'active' AND query LIKE 'CREATE INDEX CONCURRENTLY%'"
)
RUNNING = (
    "SELECT count(*) FROM information_schema.processlist"
    " WHERE info LIKE 'ALTER TABLE%' AND db = database()"
)
pytestmark = pytest.mark.slow


def wait_for_the_server(site: Site) -> None:
    """Wait until the server has noticed that the client is gone."""
    if site.vendor != "mysql":
        return
    for _ in range(100):
        if site.rows(
            "SELECT count(*) FROM information_schema.processlist"
            f" WHERE db = '{site.connection.settings_dict['NAME']}'"
            " AND id <> connection_id()"
        ) == [(0,)]:
            return
        time.sleep(0.1)


def killed(site: Site, *arguments: str, at: str) -> None:
    kill_when_paused(site.spawn(*arguments, PAUSE=at))
    wait_for_the_server(site)


def settled(site: Site, choice: Choice) -> None:
    """Resume after the next run has refused; after that, nothing stops a run."""
    with pytest.raises(Unfinished, match=r"stopped half-way at 'shop\.0002_"):
        site.migrate()
    result = resume(site.request(), choice)
    assert (result.exit_code, result.message) == (0, "")
    assert foreseen(site.connection) is None


@pytest.fixture
def two(site: Site) -> int:
    """Apply a run that is to be undone; return its number."""
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_price", PRICE, TAG, extra=NOT_ATOMIC)
    site.write("0003_order", ORDER)
    return int(site.migrate().run or 0)


@servers("postgresql")
def test_during_a_rollback_of_half_a_migration(site: Site, two: int):
    """0003 is undone as a whole, and of 0002 the second operation."""
    killed(site, "rollback", str(two), at="shop.0002_price:sql price")
    assert site.columns("shop_item") == {"id", "name", "price"}
    assert site.recorded == ["0001_initial", "0002_price"]

    settled(site, Choice.FINISH)

    assert site.columns("shop_item") == {"id", "name"}
    assert site.recorded == ["0001_initial"]
    assert Run.objects.using(ALIAS).get(pk=two).status == Run.Status.ROLLED_BACK


@servers("sqlite")
def test_during_a_rollback_and_forward_again(site: Site, two: int):
    killed(site, "rollback", str(two), at="shop.0002_price:sql price")

    settled(site, Choice.UNDO)

    assert site.columns("shop_item") == {"id", "name", "price", "tag"}
    assert site.tables == {"shop_item", "shop_order"}
    assert site.recorded == ["0001_initial", "0002_price", "0003_order"]


@servers("mariadb")
def test_before_the_record_of_a_rollback(site: Site, two: int):
    killed(site, "rollback", str(two), at="shop.0002_price:unapplied")
    assert site.columns("shop_item") == {"id", "name"}
    assert site.recorded == ["0001_initial", "0002_price"]

    settled(site, Choice.FINISH)

    assert site.recorded == ["0001_initial"]
    assert site.run.status == Run.Status.DONE


@servers("mariadb")
def test_while_a_failed_run_is_put_back(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_price", PRICE, TAG, extra=NOT_ATOMIC)
    site.write("0003_fails", FAILS)
    killed(
        site,
        "migrate",
        at="shop.0002_price:sql DROP COLUMN `price`"
        if site.vendor == "mysql"
        else 'shop.0002_price:sql DROP COLUMN "price"',
    )
    assert site.columns("shop_item") == {"id", "name", "price"}
    assert site.recorded == ["0001_initial", "0002_price"]

    settled(site, Choice.UNDO)

    assert site.columns("shop_item") == {"id", "name"}
    assert site.recorded == ["0001_initial"]


@servers("mariadb")
def test_while_unapplying_by_name(site: Site, two: int):
    killed(site, "migrate", "shop", "0001", at="shop.0002_price:sql price")
    assert site.columns("shop_item") == {"id", "name", "price"}

    settled(site, Choice.FINISH)

    assert site.columns("shop_item") == {"id", "name"}
    assert site.recorded == ["0001_initial"]


@servers("postgresql")
def test_during_a_migration_in_no_transaction_and_again_during_resume(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_half", PRICE, NOTE_MODEL, ORDER, NOTHING, extra=NOT_ATOMIC)
    killed(site, "migrate", at="shop.0002_half:sql shop_note")
    assert site.columns("shop_item") == {"id", "name", "price"}
    assert site.tables == {"shop_item"}

    killed(
        site,
        "resume",
        "--finish",
        at="shop.0002_half:sql CREATE TABLE `shop_order"
        if site.vendor == "mysql"
        else 'shop.0002_half:sql CREATE TABLE "shop_order',
    )
    assert site.tables == {"shop_item", "shop_note"}
    settled(site, Choice.FINISH)

    assert site.recorded == ["0001_initial", "0002_half"]
    assert keys(site) == ["shop_item"]


@servers("mariadb")
def test_while_a_half_is_taken_back_and_completed_again(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.rows("CREATE TABLE shop_note (odd integer)")
    site.write("0002_half", PRICE, ORDER, TAG, NOTE_MODEL)
    assert site.migrate().status == "needs_resume"
    site.rows("DROP TABLE shop_note")
    killed(site, "resume", "--undo", at="shop.0002_half:sql DROP TABLE `shop_order")
    assert site.columns("shop_item") == {"id", "name", "price"}
    killed(site, "resume", "--finish", at="shop.0002_half:sql CREATE TABLE `shop_note")
    assert site.columns("shop_item") == {"id", "name", "price", "tag"}

    settled(site, Choice.FINISH)

    assert site.recorded == ["0001_initial", "0002_half"]
    assert keys(site) == ["shop_item"]


@servers("mariadb")
def test_before_the_record(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_price", PRICE)
    killed(site, "migrate", at="shop.0002_price:applied")
    assert "price" in site.columns("shop_item")
    assert site.recorded == ["0001_initial"]

    settled(site, Choice.FINISH)

    assert site.recorded == ["0001_initial", "0002_price"]


@servers("mariadb")
def test_while_the_server_still_works_for_it(site: Site):
    """The ALTER goes on without its client, and keeps the lock of the runs."""
    site.write("0001_initial", ITEM)
    site.migrate()
    site.rows("INSERT INTO shop_item (name) SELECT seq FROM seq_1_to_400")
    site.write("0002_slow", SLOW)
    process = site.spawn("migrate")
    while site.rows(RUNNING) == [(0,)]:
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)

    process.kill()
    process.communicate()
    with pytest.raises(NotInTime, match="is at work on database"):
        site.migrate(wait=False)
    assert site.rows(RUNNING) == [(1,)]
    wait_for_the_server(site)
    assert site.columns("shop_item") == {"id", "name", "slow"}
    assert site.recorded == ["0001_initial"]

    settled(site, Choice.FINISH)

    assert site.recorded == ["0001_initial", "0002_slow"]


@servers("postgresql")
def test_while_the_server_builds_an_index_for_it(site: Site):
    """CREATE INDEX CONCURRENTLY waits for a transaction, and goes on without us."""
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write(
        "0002_index",
        "operations.AddIndexConcurrently("
        "'item', models.Index(fields=['name'], name='by_name'))",
        extra="from django.contrib.postgres import operations\n    atomic = False",
    )
    with another(site, "holder") as holder, holder.cursor() as cursor:
        cursor.execute("INSERT INTO shop_item (name) VALUES ('x')")
        process = site.spawn("migrate")
        while site.rows(BUILDING) == [(0,)]:
            assert process.poll() is None, process.communicate()
            time.sleep(0.05)
        process.kill()
        process.communicate()
        with pytest.raises(NotInTime, match="is at work on database"):
            site.migrate(wait=False)
    while site.rows(BUILDING) == [(1,)]:
        time.sleep(0.05)
    assert site.recorded == ["0001_initial"]
    settled(site, Choice.FINISH)

    assert site.recorded == ["0001_initial", "0002_index"]
    valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'by_name'::regclass"
    assert site.rows(valid) == [(True,)]


@servers("postgresql")
def test_of_the_connection_by_the_server(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_dies", PRICE, f"RunSQL('{DIES}')")

    result = site.migrate()

    assert (result.status, result.exit_code) == ("failed_clean", 3)
    assert "OperationalError: " in result.message
    assert site.columns("shop_item") == {"id", "name"}
    assert site.recorded == ["0001_initial"]
