# ruff: noqa: ARG002 - Django gives its own arguments.
from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import migrations, models

from django_schemaguard.core.patterns import Pattern
from django_schemaguard.core.rules import Mode, Waiver
from django_schemaguard.exceptions import BadSettings, StateUnusable
from django_schemaguard.lint import Context, judge
from django_schemaguard.repair import migration_text
from django_schemaguard.repair.migration_text import Addition, Missing
from tests.lint.judged import (
    CUSTOMER,
    ORDER,
    TODAY,
    Told,
    codes,
    looked_at,
    migration,
    model,
    nowhere,
    state_after,
    text,
    told,
)

INDEX = migrations.AddIndex("order", models.Index(fields=["ref"], name="order_ref"))
BLOCKS = Told(
    "SG520",
    "warning",
    "Index 'order_ref' on 'shop_order' is built while writes wait.",
    "shop_order",
    "order_ref",
)


def test_a_plan_is_judged() -> None:
    context = Context(nowhere("postgresql"), state_after(ORDER), today=TODAY)
    (found,) = judge([(migration(INDEX), False)], context)

    assert (found.code, found.kind) == ("SG520", "index_blocks_writes")
    assert (found.migration, found.operation) == ("shop.0002_change", 1)
    assert (found.blocking, found.destructive, found.rows) == (False, False, None)
    assert found.effect == "An index is built without CONCURRENTLY"
    assert found.table is not None
    assert found.table.model == "shop.Order"


def test_what_goes_backwards_is_not_judged() -> None:
    context = Context(nowhere("postgresql"), state_after(ORDER), today=TODAY)

    assert judge([(migration(INDEX), True)], context) == ()


def test_the_state_given_is_left_alone() -> None:
    state = state_after(ORDER)
    drop = migrations.DeleteModel("Order")
    judge([(migration(drop), False)], Context(nowhere("sqlite"), state, today=TODAY))

    assert [*state.models] == [("shop", "order")]
    assert "apps" not in state.__dict__


@pytest.mark.parametrize(
    ("operation", "only", "why"),
    [
        (
            migrations.AddIndex("order", models.Index(fields=["ref"], name="50%")),
            None,
            "ValueError: incomplete format",
        ),
        (migrations.RemoveField("order", "gone"), frozenset(), "KeyError: 'gone'"),
    ],
)
def test_a_migration_that_django_cannot_replay_is_named(
    operation: Any, only: frozenset[tuple[str, str]] | None, why: str
) -> None:
    state = state_after(ORDER)
    context = Context(nowhere("sqlite"), state, only=only, today=TODAY)

    with pytest.raises(StateUnusable) as caught:
        judge([(migration(operation), False)], context)

    assert str(caught.value) == (
        f"Migration 'shop.0002_change' does not fit the ones before it: {why}"
    )
    assert caught.value.hint == "Mend the migration; Django cannot replay it, either."


def test_a_table_of_the_same_run_is_exempt() -> None:
    create = migration(ORDER, name="0001_order")
    later = migration(INDEX)

    assert told(looked_at([], [create, later])) == []
    assert told(looked_at([], [create, later], apart=True)) == [BLOCKS]


def test_tables_of_one_migration_are_exempt_in_a_history() -> None:
    assert told(looked_at([], [migration(ORDER, INDEX)], apart=True)) == []


def test_several_initial_migrations_are_one_run_in_a_history() -> None:
    plan = [
        migration(ORDER, name="0001_initial", initial=True),
        migration(INDEX, name="0002_initial", initial=True),
    ]

    assert told(looked_at([], plan, apart=True)) == []


def test_a_new_table_stays_exempt_under_another_name() -> None:
    plan = [
        migration(ORDER, name="0001_order"),
        migration(
            migrations.RenameModel("Order", "Sale"),
            migrations.AlterModelTable("sale", "sales"),
            migrations.AddIndex("sale", models.Index(fields=["ref"], name="sale_ref")),
        ),
    ]

    assert told(looked_at([], plan)) == []


def test_only_some_are_judged() -> None:
    plan = [
        migration(INDEX),
        migration(migrations.RemoveField("order", "note"), name="0003_note"),
    ]
    judged = looked_at([ORDER], plan, only=frozenset({("shop", "0003_note")}))

    assert judged.migrations == ("shop.0003_note",)
    assert [each.code for each in judged.findings] == ["SG540"]


def test_what_is_inside_of_separate_operations_is_judged() -> None:
    apart = migrations.SeparateDatabaseAndState([INDEX], [INDEX])

    assert codes([ORDER], apart) == ["SG520"]


def test_a_state_operation_changes_no_database() -> None:
    apart = migrations.SeparateDatabaseAndState(
        state_operations=[migrations.RemoveField("order", "note")]
    )

    assert codes([ORDER], apart) == ["SG582"]


def test_a_table_that_only_the_state_gets_is_no_new_table() -> None:
    apart = migrations.SeparateDatabaseAndState(state_operations=[ORDER])

    assert codes([CUSTOMER], apart, INDEX) == ["SG582", "SG520"]


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"managed": False}, id="unmanaged"),
        pytest.param({"swappable": "AUTH_USER_MODEL"}, id="swapped-out"),
    ],
)
def test_what_has_no_table_of_ours_is_passed_over(options: dict[str, object]) -> None:
    other = model("Order", ("ref", text()), ("note", text(null=True)), **options)
    drop = migrations.RemoveField("order", "note")

    assert codes([other], INDEX, drop) == []


def test_what_the_router_keeps_out_is_passed_over(settings) -> None:  # type: ignore[no-untyped-def]
    settings.DATABASE_ROUTERS = ["tests.lint.test_judge.Nowhere"]

    assert codes([ORDER], INDEX) == []


class Nowhere:
    """Lets no app into any database."""

    def allow_migrate(self, *args: object, **hints: object) -> bool:
        return False


class Concurrently(migrations.AddIndex):
    """An operation of somebody else's that does another thing."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:  # type: ignore[no-untyped-def]
        schema_editor.execute('CREATE INDEX CONCURRENTLY "i" ON "shop_order" ("ref")')


class Loudly(Concurrently):
    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:  # type: ignore[no-untyped-def]
        schema_editor.execute('CREATE INDEX "order_ref" ON "shop_order" ("ref")')


class Broken(Concurrently):
    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:  # type: ignore[no-untyped-def]
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT 1")


def test_other_peoples_operations_are_judged_by_their_sql() -> None:
    quiet = Concurrently("order", models.Index(fields=["ref"], name="order_ref"))
    loud = Loudly("order", models.Index(fields=["ref"], name="order_ref"))

    assert codes([ORDER], quiet) == []
    assert codes([ORDER], loud) == ["SG520"]


@pytest.mark.parametrize(("vendor", "found"), [("postgresql", 1), ("sqlite", 0)])
def test_what_is_run_only_where_it_is_missing_is_judged(
    vendor: str, found: int
) -> None:
    sql = 'CREATE INDEX "order_ref" ON "shop_order" ("ref")'
    missing = Missing("index", "shop_order", "order_ref")
    names: dict[str, Any] = {}
    addition = Addition("postgresql", "It is.", missing, (sql,), atomic=True)
    exec(migration_text.text([], [addition]), names)
    judged = looked_at(
        [ORDER], [migration(*names["Migration"].operations)], vendor=vendor
    )

    assert [it.code for it in judged.findings].count("SG520") == found
    assert "NoDatabase" not in str(judged.unjudged)


def test_a_repair_that_was_written_as_a_migration_can_be_tried_again() -> None:
    sql = 'CREATE INDEX CONCURRENTLY "order_ref" ON "shop_order" ("ref")'
    missing = Missing("index", "shop_order", "order_ref")
    names: dict[str, Any] = {}
    addition = Addition("postgresql", "It is.", missing, (sql,), atomic=False)
    exec(migration_text.text([], [addition, addition]), names)
    written = migration(*names["Migration"].operations, atomic=False)

    found = [it.code for it in looked_at([ORDER], [written]).findings]
    assert not {"SG523", "SG565"} & set(found), found


def test_what_cannot_be_judged_is_said() -> None:
    broken = Broken("order", models.Index(fields=["ref"], name="order_ref"))
    judged = looked_at([ORDER], [migration(broken)])

    reason = "its SQL cannot be told: NoDatabase: it needs a database"
    (missed,) = [each for each in judged.unjudged if each.migration]
    assert missed.migration == "shop.0002_change"
    assert missed.reason == reason
    assert "SG520" in missed.codes
    assert judged.findings == ()


def test_rules_about_data_are_not_judged_without_a_database() -> None:
    (missed,) = looked_at([ORDER], [migration(INDEX)]).unjudged

    assert missed.migration == ""
    assert missed.reason == "no database was asked"
    assert missed.codes == ("SG524", "SG526", "SG533", "SG535", "SG583", "SG590")


def test_development_mode_is_lenient() -> None:
    drop = migration(migrations.RemoveField("order", "note"))

    (strict,) = looked_at([ORDER], [drop]).findings
    (lenient,) = looked_at([ORDER], [drop], mode=Mode.DEVELOPMENT).findings

    assert (strict.severity.word, strict.blocking) == ("error", True)
    assert (lenient.severity.word, lenient.blocking) == ("warning", False)


def allowed(**more: object) -> tuple[Waiver, ...]:
    return (Waiver("why", **{"code": Pattern("SG520"), **more}),)  # type: ignore[arg-type]


def test_a_waiver_of_the_settings_hides_a_finding() -> None:
    judged = looked_at([ORDER], [migration(INDEX)], allow=allowed())

    assert (judged.findings, judged.waived, judged.used) == ((), 1, {0})


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"code": Pattern("SG521")}, id="another-rule"),
        pytest.param({"migration": Pattern("shop.0003_*")}, id="another-migration"),
        pytest.param({"table": Pattern("shop.customer")}, id="another-table"),
        pytest.param({"object": Pattern("other")}, id="another-object"),
        pytest.param({"until": date(2026, 5, 31)}, id="expired"),
    ],
)
def test_a_waiver_for_something_else_hides_nothing(more: dict[str, object]) -> None:
    judged = looked_at([ORDER], [migration(INDEX)], allow=allowed(**more))

    assert told(judged) == [BLOCKS]
    assert judged.waived == 0


@pytest.mark.parametrize(
    "given",
    [
        pytest.param("a small table", id="reason"),
        pytest.param({"reason": "small", "until": "2026-06-01"}, id="last-day"),
    ],
)
def test_a_waiver_beside_the_migration_hides_a_finding(given: object) -> None:
    plan = [migration(INDEX, schemaguard_allow={"SG520": given})]
    judged = looked_at([ORDER], plan)

    assert (judged.findings, judged.waived, judged.used) == ((), 1, set())


def test_an_expired_waiver_beside_the_migration_hides_nothing() -> None:
    given = {"reason": "small", "until": "2026-05-31", "owner": "Ada"}
    plan = [migration(INDEX, schemaguard_allow={"SG520": given})]

    assert told(looked_at([ORDER], plan)) == [
        BLOCKS,
        Told(
            "SG902",
            "warning",
            "Waiver schemaguard_allow (code 'SG520') ended on 2026-05-31;"
            " its owner is Ada.",
        ),
    ]


def test_a_waiver_beside_the_migration_that_hides_nothing_is_told() -> None:
    plan = [migration(INDEX, schemaguard_allow={"SG520": "small", "SG521": "small"})]

    assert told(looked_at([ORDER], plan)) == [
        Told(
            "SG901",
            "warning",
            "Waiver schemaguard_allow (code 'SG521') fits no finding.",
        )
    ]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        pytest.param(
            ["SG520"],
            "shop.0002_change.schemaguard_allow must be a dict, not list.",
            id="no-dict",
        ),
        pytest.param(
            {"SG999": "why"},
            "shop.0002_change.schemaguard_allow has 'SG999', which is no lint rule."
            " Did you mean 'SG591'?",
            id="no-rule",
        ),
        pytest.param(
            {"SG520": {"until": "soon"}},
            "shop.0002_change.schemaguard_allow['SG520'] needs the key 'reason'."
            " shop.0002_change.schemaguard_allow['SG520']['until'] must be a date such"
            " as 2026-12-31, not 'soon'.",
            id="no-reason-and-no-date",
        ),
    ],
)
def test_a_wrong_waiver_beside_the_migration_is_refused(
    given: object, problem: str
) -> None:
    with pytest.raises(BadSettings) as caught:
        looked_at([ORDER], [migration(INDEX, schemaguard_allow=given)])

    assert str(caught.value) == problem
