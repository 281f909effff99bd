"""What `manage.py migrate` does, a run does, too; and its plan tells it before."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import ProgrammingError
from django.db.migrations import AddField, Migration, RemoveField
from django.db.models import IntegerField
from django.db.models.signals import post_migrate, pre_migrate

from django_schemaguard.commands.migrate_text import as_text
from django_schemaguard.core.rules import Mode
from django_schemaguard.deploy.linting import DestroysRows
from django_schemaguard.deploy.preview import plan
from django_schemaguard.deploy.stages import Stage, StageUnclear, only, stage_of
from django_schemaguard.deploy.status import HistoryUnusable
from django_schemaguard.exceptions import UnknownName
from django_schemaguard.models import SchemaVersion
from django_schemaguard.reporters.look import Look
from tests.deploy.conftest import ALIAS, servers
from tests.deploy.operations import ITEM, NO_PRICE, NOTE, NOTE_MODEL, ORDER, PRICE

if TYPE_CHECKING:
    from tests.deploy.conftest import Site


@servers("sqlite")
def test_the_plan_tells_all_and_changes_nothing(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_price", PRICE)

    code, said = site.command("migrate", "--plan", "--format", "json")
    document = json.loads(said)

    (database,) = document["databases"]
    assert (code, database["status"]) == (0, "planned")
    assert database["plan"]["status"]["pending"] == ["shop.0002_price"]
    (migration,) = database["plan"]["migrations"]
    assert (migration["name"], migration["stage"]) == ("shop.0002_price", "pre")
    assert 'ALTER TABLE "shop_item" ADD COLUMN "price"' in " ".join(migration["sql"])
    assert database["plan"]["revertible"] is True
    assert site.recorded == ["0001_initial"]


def test_the_plan_shows_the_sql_of_every_server(site: Site):
    site.write("0001_initial", ITEM, ORDER)

    result = plan(site.request())

    assert result.plan is not None
    assert result.plan.journal == ("schemaguard.0001_initial",)
    (found,) = [m for m in result.plan.migrations if m.name == "shop.0001_initial"]
    assert "CREATE TABLE" in " ".join(found.sql)
    assert site.tables == set()
    due = [migration.name for migration in result.plan.migrations]
    assert list(result.plan.status.pending) == due
    assert list(site.migrate().applied) == due


@servers("sqlite")
def test_the_plan_tells_of_half_a_squash_and_of_what_is_unknown(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_price", PRICE)
    squash = site.folder / site.module / "0001_squashed.py"
    squash.write_text(
        (site.folder / site.module / "0001_initial.py")
        .read_text()
        .replace(
            "dependencies = []",
            'dependencies = []\n    replaces = [("shop", "0001_initial"),'
            ' ("shop", "0002_price")]',
        )
    )
    site.forget()
    site.rows(
        "INSERT INTO django_migrations (app, name, applied)"
        " VALUES ('shop', '0009_gone', '2020-01-01')"
    )

    result = plan(site.request())

    assert result.plan is not None
    assert result.plan.status.partly_squashed == ("shop.0001_squashed",)
    assert result.plan.status.unknown == ("shop.0009_gone",)


@servers("sqlite")
def test_a_squash_is_recorded_where_its_parts_are_applied(site: Site):
    site.write("0001_initial", ITEM)
    site.write("0002_price", PRICE)
    site.migrate()
    squash = site.folder / site.module / "0001_squashed.py"
    squash.write_text(
        (site.folder / site.module / "0001_initial.py")
        .read_text()
        .replace(
            "dependencies = []",
            'dependencies = []\n    replaces = [("shop", "0001_initial"),'
            ' ("shop", "0002_price")]',
        )
    )
    site.forget()

    result = site.migrate()

    assert result.status == "unchanged"
    assert "0001_squashed" in site.recorded


@servers("sqlite")
def test_conflicts_stop_the_run(site: Site):
    site.write("0001_initial", ITEM)
    site.write("0002_price", PRICE)
    site.last = "0001_initial"
    site.write("0002_note", NOTE)

    with pytest.raises(HistoryUnusable, match="several last migrations"):
        site.migrate()
    assert site.tables == set()


@servers("sqlite")
def test_a_migration_can_be_named_and_unapplied(site: Site):
    site.write("0001_initial", ITEM)
    site.write("0002_price", PRICE)

    assert site.migrate(app="shop", migration="0001").applied[-1] == "shop.0001_initial"
    assert site.recorded == ["0001_initial"]
    assert site.migrate(app="shop", migration="zero").applied == ("shop.0001_initial",)
    assert (site.recorded, site.tables) == ([], set())
    with pytest.raises(UnknownName, match="has no migration '0007'"):
        site.migrate(app="shop", migration="0007")


def test_signals_are_sent_and_content_types_made(site: Site):
    site.write("0001_initial", ITEM)
    heard = []

    def hear(sender, signal, using, plan, apps, **_):
        if sender.label == "shop":
            models = {model.__name__ for model in apps.get_models()}
            name = "pre" if signal is pre_migrate else "post"
            heard.append((name, using, bool(plan), "Item" in models))

    pre_migrate.connect(hear)
    post_migrate.connect(hear)
    try:
        site.migrate()
    finally:
        pre_migrate.disconnect(hear)
        post_migrate.disconnect(hear)

    assert heard == [("pre", ALIAS, True, False), ("post", ALIAS, True, True)]
    config = apps.get_app_config("contenttypes")
    found = config.get_model("ContentType").objects.using(ALIAS)
    assert found.filter(app_label="schemaguard", model="run").exists()


@servers("sqlite")
def test_a_receiver_that_fails_where_nothing_is_due_is_named(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()

    def fail(**_):
        raise ProgrammingError("no such table: auth_permission")

    post_migrate.connect(fail)
    try:
        result = site.migrate()
    finally:
        post_migrate.disconnect(fail)

    assert (result.status, result.exit_code) == ("unchanged", 2)
    assert result.message == (
        "No migration is due, but a receiver of pre_migrate or post_migrate failed:"
        " no such table: auth_permission"
    )
    assert result.hint == (
        "Mend what 'manage.py schemaguard validate' tells, or the receiver, then run"
        " it again."
    )


@servers("sqlite")
def test_fake_records_and_runs_nothing(site: Site):
    site.write("0001_initial", ITEM)

    site.migrate(app="shop", fake=True)

    assert (site.recorded, site.tables) == (["0001_initial"], set())


def test_fake_initial_takes_tables_that_are_as_they_should_be(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.rows("DELETE FROM django_migrations WHERE app = 'shop'")

    result = site.migrate(fake_initial=True)

    assert (result.status, result.message) == ("done", "")
    assert site.recorded == ["0001_initial"]


def test_fake_initial_refuses_a_table_that_only_has_the_name(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.rows("DELETE FROM django_migrations WHERE app = 'shop'")
    site.rows("DROP TABLE shop_item")
    site.rows("CREATE TABLE shop_item (id bigint PRIMARY KEY)")

    result = site.migrate(fake_initial=True)

    assert (result.status, result.exit_code) == ("failed_clean", 3)
    assert "cannot be recorded as applied: Column 'shop_item.name'" in result.message
    assert site.recorded == []


@servers("sqlite")
def test_django_agrees_that_nothing_is_left_to_do(site: Site):
    site.write("0001_initial", ITEM, ORDER)
    site.migrate()

    call_command("migrate", database=ALIAS, check_unapplied=True, verbosity=0)


@servers("sqlite")
def test_production_refuses_what_destroys_unless_it_is_allowed(site: Site):
    site.write("0001_initial", ITEM, PRICE)
    site.migrate()
    site.write("0002_no_price", NO_PRICE)

    refused = site.migrate(mode=Mode.PRODUCTION)

    assert (refused.status, refused.exit_code) == ("refused", 1)
    assert "SG540" in refused.message
    assert site.recorded == ["0001_initial"]
    assert "❌ SG540" in as_text((refused,), Look(), full=False)
    codes = frozenset(finding.code for finding in refused.lint)
    done = site.migrate(mode=Mode.PRODUCTION, allow=codes)
    assert done.status == "done"
    told = as_text((done,), Look(), full=False)
    assert ("⚠️ SG540" in told, "❌" in told) == (True, False), told


def test_production_unapplies_no_rows_unless_it_is_allowed(site: Site):
    site.write("0001_initial", ITEM)
    site.write("0002_note", NOTE_MODEL)
    site.migrate()
    back = {"app": "shop", "migration": "0001", "mode": Mode.PRODUCTION}
    site.rows("INSERT INTO shop_note (id) VALUES (1)")

    with pytest.raises(DestroysRows, match="would lose rows of table 'shop_note'"):
        site.migrate(**back)
    assert "shop_note" in site.tables
    assert site.migrate(**back, allow=frozenset({"SG541"})).status == "done"
    assert "shop_note" not in site.tables
    assert (
        site.migrate(app="shop", migration="zero", mode=Mode.PRODUCTION).exit_code == 0
    )


@servers("sqlite")
def test_development_only_warns(site: Site):
    site.write("0001_initial", ITEM, PRICE)
    site.migrate()
    site.write("0002_no_price", NO_PRICE)

    result = site.migrate()

    assert (result.status, result.exit_code) == ("done", 0)
    assert "SG540" in {finding.code for finding in result.lint}


@servers("sqlite")
def test_drift_that_a_migration_makes_is_told(site: Site):
    site.write("0001_initial", ITEM, PRICE)
    site.migrate()
    site.write("0002_sql", "RunSQL('ALTER TABLE shop_item DROP price', 'SELECT 1')")

    result = site.migrate()

    assert (result.status, result.exit_code) == ("done", 1)
    assert [verdict.finding.code for verdict in result.news] == ["SG102"]
    told = as_text((result,), Look(), full=False)
    assert "❌ Column 'shop_item.price' (integer) is missing [SG102]" in told
    again = site.migrate()
    assert again.exit_code == 0  # It was there before this one.
    told = as_text((again,), Look(), full=False)
    assert ("❌" in told, "and still does: 1 error" in told) == (False, True), told


@servers("sqlite")
def test_stages_split_a_deploy(site: Site):
    site.write("0001_initial", ITEM, PRICE)
    site.migrate()
    site.write("0002_note", NOTE)
    site.write("0003_no_price", NO_PRICE)

    assert site.migrate(stage=Stage.PRE).applied == ("shop.0002_note",)
    assert site.migrate(stage=Stage.POST).applied == ("shop.0003_no_price",)


def migration(name: str, *operations, **marks) -> Migration:
    made = type("Migration", (Migration,), {"operations": list(operations), **marks})
    return made(name, "shop")


ADD = AddField("item", "size", IntegerField(null=True))
REMOVE = RemoveField("item", "size")


@pytest.mark.parametrize(
    ("found", "stage"),
    [
        pytest.param(migration("a", ADD), Stage.PRE, id="adds"),
        pytest.param(migration("a", REMOVE), Stage.POST, id="removes"),
        pytest.param(migration("a"), Stage.PRE, id="empty"),
        pytest.param(migration("a", REMOVE, stage="pre"), Stage.PRE, id="own-mark"),
        pytest.param(
            migration("a", ADD, stage=SimpleNamespace(name="POST_DEPLOY", value=2)),
            Stage.POST,
            id="syzygy",
        ),
        pytest.param(
            migration(
                "a",
                ADD,
                safe=SimpleNamespace(
                    when=SimpleNamespace(name="AFTER_DEPLOY", value="after_deploy")
                ),
            ),
            Stage.POST,
            id="safemigrate",
        ),
        pytest.param(
            migration("a", REMOVE, safe=SimpleNamespace(name="always", value=2)),
            Stage.PRE,
            id="safemigrate-enum",
        ),
    ],
)
def test_marks_of_stages_are_read(found: Migration, stage: Stage):
    assert stage_of(found) is stage


def test_what_both_adds_and_removes_needs_a_mark():
    with pytest.raises(StageUnclear, match="both adds and removes"):
        stage_of(migration("a", ADD, REMOVE))


def test_what_is_due_before_must_not_need_what_is_due_after():
    first, second = migration("a", REMOVE), migration("b", ADD)
    second.dependencies = [("shop", "a")]

    with pytest.raises(StageUnclear, match=r"'shop.b' is due before the deploy"):
        only([(first, False), (second, False)], Stage.PRE)
    assert only([(first, False), (second, False)], Stage.POST)


@servers("sqlite")
def test_versions_of_the_schema_are_noted_once_each(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    (made,) = SchemaVersion.objects.using(ALIAS)

    assert site.command("validate", "--record", "--fail-level", "never")[0] == 0
    assert SchemaVersion.objects.using(ALIAS).count() == 1
    site.rows("CREATE INDEX by_hand ON shop_item (name)")
    code, said = site.command("validate", "--record", "--fail-level", "never")

    assert (code, "has a new schema" in said) == (0, True)
    seen = SchemaVersion.objects.using(ALIAS).latest("pk")
    assert (seen.source, seen.run, made.source) == ("validate", None, "migrate")
    assert seen.applied == made.applied
    assert seen.fingerprint != made.fingerprint
