"""What migrations would run, told before they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.deploy.preview import plan
from django_schemaguard.deploy.rolling_back import preview
from tests.deploy.conftest import servers
from tests.deploy.operations import INSERT, ITEM, NOTE_MODEL, PRICE

if TYPE_CHECKING:
    from tests.deploy.conftest import Site


def shop_of_three(site: Site) -> None:
    site.write("0001_initial", ITEM)
    site.write("0002_price", PRICE, INSERT)
    site.write("0003_note", NOTE_MODEL)
    site.migrate()


@servers("sqlite", "postgresql")
def test_the_statements_that_unapply_are_told_the_latest_first(site: Site):
    shop_of_three(site)
    cascade = " CASCADE" if site.vendor == "postgresql" else ""

    note, price = preview(site.connection, ("shop.0003_note", "shop.0002_price"))

    assert (note.name, note.backwards, note.problem) == ("shop.0003_note", True, "")
    assert [line for line in note.sql if line != "--"] == [
        "-- Undo: Create model Note",
        f'DROP TABLE "shop_note"{cascade};',
    ]
    told = [line for line in price.sql if line != "--"]
    assert told[:2] == [
        "-- Undo: Raw Python operation",
        "-- THIS OPERATION CANNOT BE WRITTEN AS SQL",
    ]
    assert told[2] == "-- Undo: Add field price to item"
    assert 'ALTER TABLE "shop_item" DROP COLUMN "price"' in told[3]
    assert site.recorded == ["0001_initial", "0002_price", "0003_note"]
    assert site.tables == {"shop_item", "shop_note"}


@servers("sqlite")
def test_a_plan_that_goes_back_has_them_too(site: Site):
    shop_of_three(site)

    planned = plan(site.request(app="shop", migration="0002")).plan

    assert planned is not None
    (note,) = planned.migrations
    assert [line for line in note.sql if line != "--"] == [
        "-- Undo: Create model Note",
        'DROP TABLE "shop_note";',
    ]


@servers("sqlite")
def test_what_cannot_be_told_in_advance_says_why(site: Site):
    site.write("0001_initial", ITEM)
    site.write("0002_more", 'RunSQL("SELECT 1")')
    site.migrate()

    planned = plan(site.request(app="shop", migration="0001")).plan

    assert planned is not None
    (more,) = planned.migrations
    assert (more.sql, more.problem) == (
        (),
        "Operation <RunSQL 'SELECT 1'> in shop.0002_more is not reversible",
    )
