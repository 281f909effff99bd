"""What a migration of a run costs the server beyond what Django sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db.models.signals import pre_migrate
from django.test.utils import CaptureQueriesContext

from django_schemaguard.deploy.planning import Prepared, prepare
from tests.deploy.conftest import servers
from tests.deploy.operations import ITEM, PRICE, UNIQUE_NAME

if TYPE_CHECKING:
    from pathlib import Path

    from django_schemaguard.deploy.executor import Executor
    from django_schemaguard.deploy.request import Request
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


@pytest.mark.parametrize(("backup", "times"), [(False, 1), (True, 2)])
@servers("sqlite")
def test_the_plan_of_a_first_run_is_made_once_unless_a_backup_takes_its_time(
    site: Site,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    backup: bool,
    times: int,
):
    planned: list[int] = []

    def counted(executor: Executor, request: Request) -> Prepared:
        prepared = prepare(executor, request)
        planned.append(len(prepared.steps))
        return prepared

    monkeypatch.setattr("django_schemaguard.deploy.run.prepare", counted)
    heard: list[list[str]] = []

    def hear(apps: Any, **facts: Any) -> None:
        heard.append([model.__name__ for model in apps.get_models()])

    site.write("0001_initial", ITEM)
    pre_migrate.connect(hear)
    try:
        result = site.migrate(backup=tmp_path if backup else None)
    finally:
        pre_migrate.disconnect(hear)

    assert result.plan is not None
    assert result.plan.journal == ()
    assert planned == [len(result.plan.migrations)] * times
    assert {*heard[0]} == {"Run", "Step", "SchemaVersion"}
