"""What names, states, histories and whole runs are told for."""

from __future__ import annotations

from enum import Enum
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import migrations, models
from django.db.migrations.graph import MigrationGraph

from django_schemaguard.lint.stages import Stage, stage_of
from tests.lint.judged import (
    CUSTOMER,
    ORDER,
    Told,
    found,
    looked_at,
    migration,
    model,
    text,
    told,
)

LONG = "x" * 65
ADD = migrations.AddField("order", "new", text(null=True))


class Loader(SimpleNamespace):
    """As much of a loader as the rules look at."""

    def detect_conflicts(self) -> dict[str, list[str]]:
        return self.conflicts  # type: ignore[no-any-return]


def loader(*nodes: Any, **conflicts: list[str]) -> Any:
    graph = MigrationGraph()
    for each in nodes:
        graph.add_node((each.app_label, each.name), each)
    return Loader(graph=graph, conflicts=conflicts, replacements={})


# SG580


def test_an_app_has_several_last_migrations() -> None:
    torn = loader(shop=["0002_b", "0002_a"])
    message = "App 'shop' has several last migrations: 0002_a, 0002_b."

    assert told(looked_at([ORDER], [], loader=torn)) == [
        Told("SG580", "error", message)
    ]
    assert told(looked_at([ORDER], [], loader=loader())) == []
    assert told(looked_at([ORDER], []), "SG580") == []


# SG581


class Deploy(Enum):
    """As django-syzygy has it."""

    PRE_DEPLOY = "pre_deploy"
    POST_DEPLOY = "post_deploy"


def safe(word: str) -> Any:
    """Return a mark as django-safemigrate has it."""
    return SimpleNamespace(safe=SimpleNamespace(value=word))


@pytest.mark.parametrize(
    ("marks", "stage"),
    [
        ({}, None),
        ({"stage": "post"}, Stage.POST),
        ({"stage": Deploy.PRE_DEPLOY}, Stage.PRE),
        ({"stage": Deploy.POST_DEPLOY}, Stage.POST),
        ({"safe": safe("before_deploy")}, Stage.PRE),
        ({"safe": safe("after_deploy")}, Stage.POST),
        ({"safe": safe("always")}, None),
        ({"stage": None}, None),
    ],
)
def test_marks_of_a_stage(marks: Any, stage: Stage | None) -> None:
    assert stage_of(migration(**marks)) is stage


def crossed(first: Any, second: Any) -> list[Told]:
    one = migration(migrations.RunSQL("", ""), name="0002_a", **first)
    two = migration(
        migrations.RunSQL("", ""),
        name="0003_b",
        dependencies=[("shop", "0002_a")],
        **second,
    )
    return told(looked_at([ORDER], [one, two], loader=loader(one, two)), "SG581")


def test_stages_are_crossed() -> None:
    message = (
        "Migration 'shop.0003_b' is for before the deploy, and needs 'shop.0002_a',"
        " which is for after it."
    )

    assert crossed({"stage": "post"}, {"stage": "pre"}) == [
        Told("SG581", "error", message)
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"stage": "pre"}, {"stage": "post"}),
        ({"stage": "post"}, {"stage": "post"}),
        ({"stage": "post"}, {}),
        ({}, {"stage": "pre"}),
    ],
)
def test_stages_in_order(first: Any, second: Any) -> None:
    assert crossed(first, second) == []


# SG582


def test_only_the_state_changes() -> None:
    apart = migrations.SeparateDatabaseAndState(state_operations=[ADD])

    assert found("SG582", [ORDER], apart) == [
        Told("SG582", "info", "Only the state changes: Add field new to order.")
    ]


def test_both_sides_lead_to_different_models() -> None:
    other = migrations.AddField("order", "other", text(null=True))
    apart = migrations.SeparateDatabaseAndState([other], [ADD])
    message = "State and database operations lead to different models."

    assert found("SG582", [ORDER], apart) == [Told("SG582", "info", message)]


@pytest.mark.parametrize(
    ("database", "state"),
    [
        pytest.param([ADD], [ADD], id="same"),
        pytest.param([migrations.RunSQL("SELECT 1", "")], [ADD], id="sql"),
        pytest.param([migrations.RunSQL("SELECT 1", "")], [], id="sql-alone"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_both_sides_may_agree(database: Any, state: Any) -> None:
    apart = migrations.SeparateDatabaseAndState(database, state)

    assert found("SG582", [ORDER], apart) == []


# SG584


@pytest.mark.parametrize(
    ("what", "before", "operation"),
    [
        ("Table", [], model("New", db_table=LONG)),
        ("Column", [ORDER], migrations.AddField("order", LONG, text(null=True))),
        (
            "Constraint",
            [ORDER],
            migrations.AddConstraint(
                "order", models.UniqueConstraint(fields=["ref"], name=LONG)
            ),
        ),
    ],
)
def test_a_name_is_too_long(what: str, before: Any, operation: Any) -> None:
    subject = f"{what} name '{LONG}' is too long:"

    assert found("SG584", before, operation) == [
        Told("SG584", "warning", f"{subject} cut off after 63 bytes.", None, LONG)
    ]
    assert found("SG584", before, operation, vendor="mariadb") == [
        Told("SG584", "error", f"{subject} it is refused.", None, LONG)
    ]
    assert found("SG584", before, operation, vendor="sqlite") == []


def test_a_name_is_measured_as_the_server_does() -> None:
    table = model("New", db_table="ä" * 40)

    assert len(found("SG584", [], table)) == 1
    assert found("SG584", [], table, vendor="mariadb") == []
    assert found("SG584", [], model("New", db_table="x" * 63)) == []


# SG585


@pytest.mark.parametrize(
    ("key", "type_name"),
    [(models.AutoField, "integer"), (models.SmallAutoField, "smallint")],
)
def test_a_table_with_small_numbers(key: Any, type_name: str) -> None:
    table = migrations.CreateModel("New", [("id", key(primary_key=True))])
    message = f"Table 'shop_new' numbers its rows with {type_name}."

    assert found("SG585", [], table) == [
        Told("SG585", "info", message, "shop_new", "id")
    ]
    assert found("SG585", [], table, vendor="sqlite") == []


def test_a_table_with_large_numbers_or_none() -> None:
    named = migrations.CreateModel("New", [("name", text(primary_key=True))])

    assert found("SG585", [], model("New")) == []
    assert found("SG585", [], named) == []


# SG591


@pytest.mark.parametrize(
    ("operation", "told"),
    [
        (
            model("New", ("a", text(db_column="order"))),
            Told(
                "SG591",
                "info",
                "Column name 'order' is a reserved word.",
                None,
                "order",
            ),
        ),
        (
            model("New", db_table="user"),
            Told(
                "SG591", "info", "Table name 'user' is a reserved word.", None, "user"
            ),
        ),
        (
            migrations.RunSQL("ALTER TABLE shop_order ADD a timestamp", ""),
            Told("SG591", "info", "SQL uses timestamp without time zone."),
        ),
        (
            migrations.RunSQL("ALTER TABLE shop_order ADD a char(3)", ""),
            Told("SG591", "info", "SQL uses char(n), which is padded with blanks."),
        ),
    ],
)
def test_style_is_told_where_it_is_asked_for(operation: Any, told: Told) -> None:
    assert found("SG591", [ORDER], operation, style=True) == [told]
    assert found("SG591", [ORDER], operation) == []


@pytest.mark.parametrize(
    "operation",
    [
        model("New", ("name", text())),
        migrations.RunSQL(
            "ALTER TABLE shop_order ADD a timestamp with time zone, ADD b varchar(3)",
            "",
        ),
    ],
)
def test_good_style(operation: Any) -> None:
    assert found("SG591", [ORDER, CUSTOMER], operation, style=True) == []
