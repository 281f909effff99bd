"""The one function that repairs, on migrated databases of their own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections
from django.db.migrations import (
    AddField,
    Migration,
    RemoveField,
    RunPython,
    SeparateDatabaseAndState,
)
from django.db.migrations.loader import MigrationLoader
from django.db.models import DateTimeField
from django.db.models.functions import Now

from django_schemaguard.executor.deadline import Deadline
from django_schemaguard.executor.lock import run_lock
from django_schemaguard.executor.place import Place
from django_schemaguard.models import Run, SchemaVersion
from django_schemaguard.repair.planning import Choices, plan
from django_schemaguard.repair.running import PlanOutdated, auto_fix, perform
from django_schemaguard.signals import schema_fixed
from tests.damage.harness import Damage, findings, run
from tests.executor.conftest import ALIAS
from tests.repair.applying import JOB
from tests.repair.sites import Sites

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.migrations.state import StateApps
    from pytest_django.plugin import DjangoDbBlocker

pytestmark = pytest.mark.slow

TABLE = "orders_payment"
DROP = Damage((f"DROP TABLE {TABLE}",), (f"error SG101 {TABLE}",))


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Sites:
    return Sites(tmp_path_factory.mktemp("sites"))


@pytest.fixture
def site(
    sites: Sites, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Give the alias "private" to a migrated database."""
    with django_db_blocker.unblock(), sites.site("sqlite", tmp_path):
        yield


@pytest.mark.usefixtures("site")
def test_schema_that_changed_since_the_plan_is_left_alone() -> None:
    run(connections[ALIAS], DROP)
    made = plan(ALIAS, JOB, Choices())
    run(connections[ALIAS], Damage(("CREATE TABLE stranger (id int)",), ()))

    with pytest.raises(PlanOutdated) as caught:
        perform(made, JOB, Choices())

    assert caught.value.exit_code == 75
    assert "changed since the plan was made" in str(caught.value)
    assert Run.objects.using(ALIAS).count() == 0


@pytest.mark.usefixtures("site")
def test_plan_that_somebody_else_has_carried_out_is_nothing_to_do() -> None:
    run(connections[ALIAS], DROP)
    made = plan(ALIAS, JOB, Choices())
    auto_fix(ALIAS, JOB, Choices())

    late = perform(made, JOB, Choices())

    assert (late.run, late.plan.steps) == (None, ())


@pytest.mark.usefixtures("site")
def test_what_belongs_to_a_pending_migration_is_left_to_it() -> None:
    run(
        connections[ALIAS],
        Damage(
            (
                "DROP TABLE django_redirect",
                "DELETE FROM django_migrations WHERE app = 'redirects'",
            ),
            (),
        ),
    )
    repair = auto_fix(ALIAS, JOB, Choices())
    assert (repair.run, repair.plan.steps) == (None, ())
    assert repair.plan.pending
    tables = connections[ALIAS].introspection.table_names()
    assert "django_redirect" not in tables


@pytest.mark.usefixtures("site")
def test_signal_tells_of_the_run_and_a_broken_receiver_stops_nothing() -> None:
    heard: list[object] = []

    def hear(sender: str, **facts: object) -> None:
        heard.append((sender, facts["run"], facts["steps"]))
        raise RuntimeError

    run(connections[ALIAS], DROP)
    schema_fixed.connect(hear)
    try:
        repair = auto_fix(ALIAS, JOB, Choices())
        auto_fix(ALIAS, JOB, Choices())
    finally:
        schema_fixed.disconnect(hear)

    assert heard == [(ALIAS, repair.run, len(repair.entries))]
    entry = Run.objects.using(ALIAS).get()
    assert (entry.status, entry.schema_before) == ("done", repair.plan.fingerprint)
    version = SchemaVersion.objects.using(ALIAS).get()
    assert (version.fingerprint, version.run_id) == (entry.schema_after, entry.pk)


@pytest.mark.usefixtures("site")
def test_run_that_was_cut_short_is_settled_though_nothing_is_missing() -> None:
    deadline = Deadline(10)
    with run_lock(connections[ALIAS], deadline) as lock:
        Place.at(lock, deadline).journal.start("auto_fix")

    assert auto_fix(ALIAS, JOB, Choices()).run is None

    assert Run.objects.using(ALIAS).get().status == "interrupted"


@pytest.mark.usefixtures("site")
def test_only_the_apps_asked_for_are_repaired() -> None:
    run(connections[ALIAS], DROP)
    job = replace(JOB, apps=frozenset({"sites"}))
    repair = auto_fix(ALIAS, job, Choices(apps=frozenset({"sites"})))
    assert (repair.run, repair.plan.steps) == (None, ())


@pytest.mark.usefixtures("site")
def test_hints_for_what_sqlite_cannot_add_do_mend_it() -> None:
    connection = connections[ALIAS]
    row = "INSERT INTO kitchen_defaults (python_only) VALUES (7)"
    drop = "ALTER TABLE kitchen_{} DROP COLUMN {}"
    run(
        connection,
        Damage(
            (row, drop.format("generated", "name"), drop.format("defaults", "moment")),
            (),
        ),
    )
    hints = sorted(it.hint for it in plan(ALIAS, JOB, Choices()).refusals)
    assert [it for it in hints if "migration" in it] == [
        "Have a RunPython of a new migration call"
        " schema_editor._remake_table(apps.get_model('kitchen', 'Generated')).",
        "In a new migration, remove the field by the state_operations of a"
        " SeparateDatabaseAndState, and add it by AddField.",
    ]

    def remake(apps: StateApps, schema_editor: Any) -> None:
        schema_editor._remake_table(apps.get_model("kitchen", "Generated"))

    migration = Migration("0006_again", "kitchen")
    migration.operations = [
        RunPython(remake),
        SeparateDatabaseAndState(state_operations=[RemoveField("defaults", "moment")]),
        AddField("defaults", "moment", DateTimeField(db_default=Now())),
    ]
    state = MigrationLoader(connection).project_state()
    with connection.schema_editor(atomic=True) as editor:
        migration.apply(state, editor)
    assert findings(ALIAS) == ()
