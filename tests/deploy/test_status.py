"""How the migrations stand, as `migrate --plan` shows it to people and programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django_schemaguard.commands.migrate_json import as_json
from django_schemaguard.commands.migrate_text import as_text
from django_schemaguard.deploy.preview import plan
from django_schemaguard.reporters.look import Look
from tests.deploy.conftest import servers
from tests.deploy.operations import ITEM, NOTE, NOTHING, ORDER, PRICE

if TYPE_CHECKING:
    from tests.deploy.conftest import Site

# The app has no model, so that no migration removes the tables of those it made.
UNMADE = {"unmade": ["shop"]}
NOTHING_ODD = {
    "pending": [],
    "unknown": [],
    "out_of_order": [],
    "conflicting": {},
    "partly_squashed": [],
    "fake_applied": [],
    "half_done": [],
    "unmade": [],
}


def shown(site: Site) -> tuple[dict[str, Any], str]:
    """Return the status in JSON without what is usual, and the text of the plan."""
    result = plan(site.request())
    (database,) = json.loads(as_json((result,), "development"))["databases"]
    status = database["plan"]["status"]
    assert status.keys() == NOTHING_ODD.keys()
    odd = {name: status[name] for name in status if status[name] != NOTHING_ODD[name]}
    return odd, as_text((result,), Look(), full=True)


def test_nothing_odd_is_shown_of_a_database_in_order(site: Site):
    site.write("0001_nothing", NOTHING)
    site.migrate()

    odd, text = shown(site)

    assert odd == {}
    assert text.splitlines()[0] == "Database 'deploy'"
    assert ":" not in text.partition("(")[0]


@servers("sqlite")
def test_unmade_migrations_are_shown(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()

    odd, text = shown(site)

    assert odd == UNMADE
    assert "  changed in models, and in no migration: shop\n" in text


def test_fake_applied_migrations_are_shown(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_order", ORDER)
    site.migrate(fake=True)

    odd, text = shown(site)

    assert odd == {"fake_applied": ["shop.0002_order"], **UNMADE}
    assert "  fake-applied: shop.0002_order\n" in text


def test_half_done_migrations_are_shown(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_half", PRICE, NOTE, extra="atomic = False")
    site.rows("ALTER TABLE shop_item ADD COLUMN price integer NULL")

    odd, text = shown(site)

    assert odd == {
        "pending": ["shop.0002_half"],
        "half_done": ["shop.0002_half"],
        **UNMADE,
    }
    assert "  half done: shop.0002_half\n" in text


@servers("sqlite", "postgresql")
def test_what_was_made_beforehand_is_shown_as_half_done(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_half", PRICE, NOTE)
    site.rows("ALTER TABLE shop_item ADD COLUMN price integer NULL")

    odd, _ = shown(site)

    half = ["shop.0002_half"]
    assert odd == {"pending": half, "half_done": half, **UNMADE}


@servers("sqlite")
def test_migrations_out_of_order_are_shown_and_nothing_is_planned(site: Site):
    site.write("0001_initial", ITEM)
    site.write("0002_price", PRICE)
    site.migrate()
    site.rows("DELETE FROM django_migrations WHERE app = 'shop' AND name LIKE '0001%'")
    before = site.recorded

    code, said = site.command("migrate", "--plan", "--format", "json")
    (database,) = json.loads(said)["databases"]
    odd, text = shown(site)

    assert (code, database["status"], database["plan"]["migrations"]) == (
        2,
        "refused",
        [],
    )
    pair = ["shop.0002_price", "shop.0001_initial"]
    assert database["plan"]["status"]["out_of_order"] == [pair]
    assert odd["out_of_order"] == [pair]
    assert "  out of order: shop.0002_price, which needs shop.0001_initial\n" in text
    assert "'shop.0001_initial', which it needs, is not" in " ".join(text.split())
    assert site.recorded == before


@servers("sqlite")
def test_conflicting_migrations_are_shown_and_nothing_is_planned(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_price", PRICE)
    site.last = "0001_initial"
    site.write("0002_note", NOTE)

    odd, text = shown(site)

    assert odd["conflicting"] == {"shop": ["0002_note", "0002_price"]}
    assert "  conflicting: shop.0002_note, shop.0002_price\n" in text
    assert "App 'shop' has several last migrations" in text


@servers("sqlite")
def test_pending_migrations_are_shown_by_app(site: Site):
    site.write("0001_initial", ITEM)

    _, text = shown(site)

    assert text.splitlines()[:5] == [
        "Database 'deploy'",
        "  pending: 5 migrations",
        "    contenttypes: 0001_initial, 0002_remove_content_type_name",
        "    schemaguard: 0002_query_statistics, 0003_slower_statements",
        "    shop: 0001_initial",
    ]
