"""What the project accepts of a database that was changed by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from django_schemaguard.conf import Settings
from django_schemaguard.core.patterns import Pattern
from django_schemaguard.core.rules import Waiver
from django_schemaguard.pipeline import validate
from django_schemaguard.repair.adopt import Adoption, adopt
from tests.damage.harness import SETTINGS, Damage, run
from tests.repair.applying import JOB

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

pytestmark = pytest.mark.vendors("postgresql")


def adopted(connection: BaseDatabaseWrapper, *sql: str) -> Adoption:
    run(connection, Damage(sql, ()))
    return adopt([connection.alias], JOB, "for the export")


def test_a_sound_database_needs_nothing(alias: str) -> None:
    assert adopt([alias], JOB, "why") == Adoption((), (), ())


def test_extras_become_waivers_that_fit(alias: str, connection) -> None:
    made = adopted(
        connection,
        "CREATE INDEX by_provider ON orders_payment (provider)",
        "CREATE TABLE scratch (id integer)",
        "DROP INDEX address_place",
    )
    assert (made.changes, made.files) == ((), ())
    assert sorted(made.waivers, key=str) == [
        {
            "code": "SG103",
            "table": "scratch",
            "reason": "for the export",
        },
        {
            "code": "SG301",
            "table": "customers_address",
            "object": "address_place",
            "reason": "for the export",
        },
        {
            "code": "SG306",
            "table": "orders_payment",
            "object": "by_provider",
            "reason": "for the export",
        },
    ]
    waivers = tuple(
        Waiver(
            it["reason"],
            Pattern(it["code"]),
            Pattern(it["table"]),
            Pattern(it["object"]) if "object" in it else None,
        )
        for it in made.waivers
    )
    settings: Settings = replace(SETTINGS, ignore=waivers)
    report = validate([alias], replace(JOB, settings=settings))
    causes = {v.cause.value for v in report.findings}
    assert not causes & {"drift", "undeclared"}


def test_options_of_one_field_become_one_change(alias: str, connection) -> None:
    made = adopted(
        connection,
        "ALTER TABLE orders_payment ALTER COLUMN provider TYPE varchar(200),"
        " ALTER COLUMN provider DROP NOT NULL",
        "COMMENT ON TABLE orders_payment IS 'money'",
    )
    assert made.waivers == ()
    assert [change.advice for change in made.changes] == [
        "Set max_length=200, null=True on orders.Payment.provider.",
        "Set db_table_comment='money' on orders.Payment.Meta.",
    ] or [change.advice for change in made.changes] == [
        "Set db_table_comment='money' on orders.Payment.Meta.",
        "Set max_length=200, null=True on orders.Payment.provider.",
    ]
    (file,) = made.files
    names: dict[str, Any] = {}
    exec(compile(file.text, str(file.path), "exec"), names)
    migration = names["Migration"](file.path.stem, file.app)
    loader = MigrationLoader(connections[alias])
    state = loader.project_state()
    with connection.schema_editor() as editor:
        state = migration.apply(state, editor)
    payment = state.models["orders", "payment"]
    assert payment.fields["provider"].max_length == 200
    assert payment.fields["provider"].null
    assert payment.options["db_table_comment"] == "money"


def test_a_package_is_never_changed(alias: str, connection) -> None:
    made = adopted(
        connection, "ALTER TABLE auth_group ALTER COLUMN name TYPE varchar(200)"
    )
    assert (made.changes, made.files) == ((), ())
    assert [it["object"] for it in made.waivers] == ["name"]


@pytest.mark.parametrize(
    ("sql", "left"),
    [
        pytest.param(
            "DROP TABLE orders_payment CASCADE",
            "Table 'orders_payment' is missing. Every query on orders.Payment fails.",
            id="queries",
        ),
        pytest.param(
            "ALTER TABLE orders_payment ADD bank text NOT NULL",
            "Column 'orders_payment.bank' (text NOT NULL) is not in the model."
            " Every INSERT into orders.Payment fails.",
            id="inserts",
        ),
    ],
)
def test_what_breaks_the_application_is_not_accepted(
    alias: str, connection, sql: str, left: str
) -> None:
    made = adopted(connection, sql)
    assert (made.changes, made.waivers) == ((), ())
    assert made.left == (left,)


def test_a_rule_of_the_database_alone_is_accepted(alias: str, connection) -> None:
    made = adopted(connection, "CREATE UNIQUE INDEX once ON orders_payment (provider)")
    assert ([it["object"] for it in made.waivers], made.left) == (["once"], ())
