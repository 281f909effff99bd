"""What a migration of a run costs the server beyond what Django sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.test.utils import CaptureQueriesContext

from tests.deploy.conftest import servers
from tests.deploy.operations import ITEM, PRICE, UNIQUE_NAME

if TYPE_CHECKING:
    from tests.deploy.conftest import Site

PYTHON = """
from django.db import IntegrityError, transaction

def insert(apps, editor):
    alias = editor.connection.alias
    items = apps.get_model("shop", "Item").objects.using(alias)
    for name in ("a", "a", "b"):
        try:
            with transaction.atomic(alias):
                items.create(name=name)
        except IntegrityError:
            pass
"""
# The wait for locks, and what is done, its record and its step.
SENT = ["BEGIN", "SELECT", "ALTER", "INSERT", "INSERT", "COMMIT"]


@servers("postgresql")
def test_a_migration_is_one_transaction_without_savepoints(site: Site):
    site.write("0001_initial", ITEM)
    site.write("0002_price", PRICE)

    with CaptureQueriesContext(site.connection) as queries:
        site.migrate()

    sent = [query["sql"] for query in queries]
    words = [sql.split()[0] for sql in sent]
    place = next(n for n, sql in enumerate(sent) if 'ADD COLUMN "price"' in sql)
    first = max(n for n, word in enumerate(words[:place]) if word == "BEGIN")
    last = words.index("COMMIT", place)
    assert words[first : last + 1] == SENT


def test_the_savepoints_of_a_migration_are_made(site: Site):
    site.add(f"{site.module}_python/inserting.py", PYTHON)
    site.write("0001_initial", ITEM)
    site.write("0002_unique", UNIQUE_NAME)
    module = f"__import__('{site.module}_python.inserting').inserting"
    site.write("0003_rows", f"RunPython({module}.insert, RunPython.noop)")

    result = site.migrate()

    assert (result.status, result.message) == ("done", "")
    assert site.rows("SELECT name FROM shop_item ORDER BY name") == [("a",), ("b",)]
