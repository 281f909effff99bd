"""After a run that stopped half-way, where the server keeps what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from django_schemaguard.deploy.asking import NothingToResume
from django_schemaguard.deploy.halves import HalfUnknown
from django_schemaguard.deploy.no_return import NoWayBack
from django_schemaguard.deploy.resuming import resume
from django_schemaguard.deploy.stopping import NotAsMade
from django_schemaguard.deploy.unfinished import Unfinished
from django_schemaguard.deploy.ways import Choice
from django_schemaguard.models import Run, SchemaVersion
from tests.deploy.conftest import ALIAS, servers
from tests.deploy.killing import kill_when_paused
from tests.deploy.operations import (
    FAILS,
    INSERT,
    ITEM,
    NO_PRICE,
    NOTE,
    NOTE_MODEL,
    ORDER,
    PRICE,
)

if TYPE_CHECKING:
    from tests.deploy.conftest import Site

# Fails at its second statement: the table that it makes is there already.
NOTE_TABLE = "CREATE TABLE shop_note (odd integer)"
HALF = (ORDER, PRICE, NOTE_MODEL, NOTE)


@pytest.fixture
def half(site: Site) -> Site:
    """Stop at the third of four operations, the first with a deferred constraint."""
    site.write("0001_initial", ITEM)
    site.migrate()
    site.rows(NOTE_TABLE)
    site.write("0002_half", *HALF)
    result = site.migrate()
    assert (result.status, result.exit_code) == ("needs_resume", 4)
    assert site.recorded == ["0001_initial"]
    site.rows("DROP TABLE shop_note")
    return site


def keys(site: Site) -> list[str]:
    """Return the tables that the foreign keys of the orders are for."""
    with site.connection.cursor() as cursor:
        relations = site.connection.introspection.get_relations(cursor, "shop_order")
    return [relation[1] for relation in relations.values()]


@servers("mariadb")
def test_the_next_run_asks_to_resume(half: Site):
    with pytest.raises(Unfinished, match="stopped half-way at 'shop"):
        half.migrate()


@servers("mariadb")
def test_finish_makes_the_rest_and_the_lost_foreign_key(half: Site):
    assert keys(half) == []

    result = resume(half.request(), Choice.FINISH)

    assert (result.status, result.exit_code, result.message) == ("done", 0, "")
    assert result.applied == ("shop.0002_half",)
    noted = SchemaVersion.objects.using(half.connection.alias).latest("pk")
    assert (noted.run_id, noted.fingerprint) == (half.run.pk, half.run.schema_after)
    assert keys(half) == ["shop_item"]
    assert half.tables == {"shop_item", "shop_order", "shop_note"}
    assert {"price", "note"} <= half.columns("shop_item")
    assert half.recorded == ["0001_initial", "0002_half"]
    assert half.run.status == Run.Status.DONE


@servers("mariadb")
def test_undo_leaves_what_was_there_before(half: Site):
    result = resume(half.request(), Choice.UNDO)

    assert (result.status, result.exit_code) == ("undone", 0)
    assert half.tables == {"shop_item"}
    assert half.columns("shop_item") == {"id", "name"}
    assert half.recorded == ["0001_initial"]
    assert half.run.status == Run.Status.REVERTED


@servers("mariadb")
def test_mark_applied_wants_all_of_it(half: Site):
    with pytest.raises(NotAsMade, match="cannot be taken for applied"):
        resume(half.request(), Choice.MARK_APPLIED)
    half.rows("CREATE TABLE shop_note (id bigint AUTO_INCREMENT PRIMARY KEY)")
    half.rows("ALTER TABLE shop_item ADD note varchar(9) NOT NULL")
    half.rows(
        "ALTER TABLE shop_order ADD FOREIGN KEY (item_id) REFERENCES shop_item (id)"
    )

    result = resume(half.request(), Choice.MARK_APPLIED)

    assert (result.status, result.exit_code) == ("done", 0)
    assert half.recorded == ["0001_initial", "0002_half"]


@servers("mariadb")
def test_what_no_operation_leaves_is_refused(half: Site):
    half.rows("ALTER TABLE shop_order MODIFY item_id varchar(10)")

    for choice in (Choice.FINISH, Choice.UNDO):
        with pytest.raises(HalfUnknown, match="left what none of its operations does"):
            resume(half.request(), choice)
    assert half.recorded == ["0001_initial"]


@servers("mariadb")
def test_python_in_a_transaction_is_run_again(site: Site):
    site.write("0001_initial", ITEM)
    site.write("0002_half", PRICE, INSERT)
    kill_when_paused(site.spawn("migrate", PAUSE="shop.0002_half:python"))

    result = resume(site.request(), Choice.FINISH)

    assert (result.exit_code, result.message) == (0, "")
    assert "1 of 2 operations are done" in site.said[0]
    assert site.rows("SELECT count(*) FROM shop_item") == [(1,)]


@servers("sqlite", "postgresql")
def test_whole_migrations_before_a_failure_can_be_kept_or_undone(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_price", PRICE)
    site.write("0003_fails", FAILS)
    site.migrate(put_back=False)

    resume(site.request(), Choice.UNDO)

    assert site.columns("shop_item") == {"id", "name"}
    assert site.recorded == ["0001_initial"]


@servers("sqlite", "postgresql")
def test_what_was_removed_does_not_come_back(site: Site):
    site.write("0001_initial", ITEM, PRICE)
    site.migrate()
    site.write("0002_no_price", NO_PRICE)
    site.write("0003_fails", FAILS)
    site.migrate()

    with pytest.raises(NoWayBack, match="removes what its reverse cannot"):
        resume(site.request(), Choice.UNDO)


@servers("postgresql")
def test_an_index_that_was_not_finished_is_made_anew(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.rows("INSERT INTO shop_item (name) VALUES ('a'), ('a')")
    site.write(
        "0002_index",
        PRICE,
        "AddIndexConcurrently('item', models.Index(fields=['name'], name='by_name'))",
        extra="atomic = False",
    )
    text = (site.folder / site.module / "0002_index.py").read_text()
    (site.folder / site.module / "0002_index.py").write_text(
        "from django.contrib.postgres.operations import AddIndexConcurrently\n" + text
    )
    site.rows("CREATE INDEX by_name ON shop_item (id)")  # In the way.
    assert site.migrate().status == "needs_resume"
    site.rows("DROP INDEX by_name")
    with pytest.raises(Exception, match="could not create unique index"):
        site.rows("CREATE UNIQUE INDEX CONCURRENTLY by_name ON shop_item (name)")

    resume(site.request(), Choice.FINISH)

    assert site.recorded == ["0001_initial", "0002_index"]
    assert site.rows(
        "SELECT indisvalid, indisunique FROM pg_index"
        " WHERE indexrelid = 'by_name'::regclass"
    ) == [(True, False)]


@servers("sqlite")
def test_what_counts_as_done_is_so_in_the_journal(site: Site):
    """The column is there, as a server leaves it that worked on without its client."""
    site.write("0001_initial", ITEM)
    site.migrate()
    site.rows("ALTER TABLE shop_item ADD price integer NULL")
    site.write("0002_half", NOTE_MODEL, PRICE, extra="atomic = False")
    assert site.migrate().exit_code == 4

    resume(site.request(), Choice.FINISH)

    assert "Finishing 'shop.0002_half': 2 of 2 operations are done." in site.said
    assert "statement 0002_half adopted" in site.steps
    assert site.steps.count("operation 0002_half adopted") == 1
    assert not [step for step in site.steps if "operation 0002_half f" in step]


@servers("sqlite")
def test_without_a_failed_run_there_is_nothing_to_resume(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()

    with pytest.raises(NothingToResume):
        resume(site.request(), Choice.FINISH)
    assert Run.objects.using(ALIAS).count() == 1
