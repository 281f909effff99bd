"""Whole validations through backends of servers that speak PostgreSQL's protocol."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django.plugin import DjangoDbBlocker

from django_schemaguard.backends import backend_for
from django_schemaguard.backends.generic import Generic
from django_schemaguard.backends.postgresql import PostgreSQL
from django_schemaguard.core.report import DatabaseReport
from django_schemaguard.core.rules import Mode
from django_schemaguard.core.schema import Facet
from django_schemaguard.pipeline import Job, validate
from tests.damage.harness import SETTINGS

ALIAS = "engine"
JOB = Job(
    SETTINGS, Mode.PRODUCTION, apps=frozenset({"catalogue", "customers", "orders"})
)
DAMAGE = (
    "SET CONSTRAINTS ALL IMMEDIATE",
    "DROP TABLE orders_payment",
    "ALTER TABLE orders_order DROP COLUMN note",
    "ALTER TABLE orders_order ADD COLUMN remark integer NOT NULL",
    "ALTER TABLE orders_order ALTER COLUMN placed SET NOT NULL",
    "ALTER TABLE catalogue_tag DROP CONSTRAINT catalogue_tag_name_key",
    "DROP INDEX order_queue",
    "CREATE INDEX by_hand ON catalogue_tag (id, name)",
)
FOUND = [
    "error SG101 orders_payment",
    "error SG102 orders_order.note",
    "error SG104 orders_order.remark",
    "error SG106 orders_order.placed",
    "error SG202 catalogue_tag.catalogue_tag_name_8e61b8cc_uniq",
    "info SG306 catalogue_tag.by_hand",
    "warning SG301 orders_order.order_queue",
]
ENGINES = {"cockroachdb": Generic, "yugabyte": Generic, "citus": PostgreSQL}


@pytest.fixture(params=ENGINES)
def engine(
    request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker
) -> Iterator[BaseDatabaseWrapper]:
    if "postgresql" in settings.ABSENT:
        pytest.skip(f"postgresql: {settings.ABSENT['postgresql'].reason}")
    with django_db_blocker.unblock(), migrated(request.param) as found:
        yield found


@contextmanager
def migrated(name: str) -> Iterator[BaseDatabaseWrapper]:
    """Yield a connection by an engine to a schema that was migrated through it."""
    server = connections["postgresql"].copy()
    wanted = copy.deepcopy(server.settings_dict)
    wanted["ENGINE"] = f"tests.engines.{name}"
    wanted["OPTIONS"] = {"options": f"-c search_path={name}"}
    with server.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {name}")
    connections.settings[ALIAS] = wanted
    try:
        call_command("migrate", "orders", database=ALIAS, verbosity=0)
        yield connections[ALIAS]
    finally:
        connections[ALIAS].close()
        del connections[ALIAS]
        del connections.settings[ALIAS]
        with server.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {name} CASCADE")
        server.close()


def validated() -> DatabaseReport:
    (report,) = validate([ALIAS], JOB).databases
    assert report.error is None
    return report


def told() -> list[str]:
    """Return what is found, the migrations of other apps aside."""
    return [
        f"{v.severity.word} {v.finding.code} {v.finding.table.name}"
        f"{f'.{v.finding.object}' if v.finding.object else ''}"
        for v in validated().verdicts
        if v.finding.code != "SG701"
    ]


@pytest.mark.slow
@pytest.mark.django_db(databases=["postgresql"])
def test_database_that_was_migrated_through_it(engine: BaseDatabaseWrapper) -> None:
    reader = ENGINES[engine.settings_dict["ENGINE"].rpartition(".")[2]]
    found = FOUND
    if reader is PostgreSQL:  # It sees the table of the usual tests in `public`.
        found = [it.replace("SG101", "SG113") for it in FOUND]
    assert type(backend_for(engine)) is reader
    assert told() == []
    report = validated()
    assert report.server_version == backend_for(engine).server_version(engine)
    unseen = {it.object for it in report.skips}
    seen = backend_for(engine).traits(engine).sees
    assert unseen == {facet for facet in Facet if facet not in seen}

    with transaction.atomic(using=ALIAS), engine.cursor() as cursor:
        for statement in DAMAGE:
            cursor.execute(statement)
        assert sorted(told()) == sorted(found)
        transaction.set_rollback(True, using=ALIAS)
    assert told() == []

    if reader is Generic:
        with pytest.raises(CommandError) as caught:
            call_command("schemaguard", "migrate", database=ALIAS)
        assert str(caught.value) == (
            f"Databases of vendor '{engine.vendor}' are never written to.\n"
            "Run what 'manage.py sqlmigrate --database engine' prints."
        )
        assert caught.value.returncode == 2
