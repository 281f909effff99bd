"""What is advised where the record of migrations was lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.deploy.conftest import servers
from tests.deploy.operations import ITEM, NOTE, PRICE

if TYPE_CHECKING:
    from tests.deploy.conftest import Site

FORGET = "DELETE FROM django_migrations WHERE app = 'shop' AND name"


def failed(site: Site) -> str:
    """Return the hint of a run that fails and changes nothing."""
    result = site.migrate()
    assert (result.status, result.exit_code) == ("failed_clean", 3)
    return result.hint


def test_all_of_it(site: Site):
    site.write("0001_initial", ITEM, PRICE)
    site.migrate()
    site.rows("DROP TABLE django_migrations")

    hint = failed(site)

    assert hint == (
        "All that the plan makes is there. If the record of migrations was lost, write"
        " it anew: 'manage.py schemaguard migrate --fake', which validates after."
    )
    assert site.migrate(fake=True).exit_code == 0
    assert site.migrate().status == "unchanged"


@servers("postgresql", "mariadb")
def test_of_an_initial_migration(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.rows(f"{FORGET} = '0001_initial'")
    site.write("0002_price", PRICE)

    assert "'manage.py schemaguard migrate --fake-initial', which comp" in failed(site)

    result = site.migrate(fake_initial=True)
    assert (result.status, result.exit_code) == ("done", 0)
    assert site.recorded == ["0001_initial", "0002_price"]


@servers("sqlite", "mariadb")
def test_of_a_later_migration(site: Site):
    site.write("0001_initial", ITEM)
    site.write("0002_price", PRICE)
    site.migrate()
    site.rows(f"{FORGET} = '0002_price'")
    site.write("0003_note", NOTE)

    assert "schemaguard migrate shop 0002_price --fake'." in failed(site)

    site.migrate(app="shop", migration="0002_price", fake=True)
    assert site.migrate().status == "done"


@servers("sqlite")
def test_what_is_not_as_it_makes_it_is_to_be_mended(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.rows("ALTER TABLE shop_item ADD price text")
    site.write("0002_price", PRICE)
    assert failed(site) == "Mend the migration, then run it again."
