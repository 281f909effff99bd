"""What columns and tables that come, go or change their names are told for."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

import pytest
from django.db import migrations, models
from django.db.models.functions import Now, Random
from django.utils import timezone
from django.utils.crypto import get_random_string

from django_schemaguard.lint.rule import EVERY
from tests.lint.judged import (
    CUSTOMER,
    ORDER,
    Told,
    found,
    key_to,
    looked_at,
    migration,
    model,
    text,
)

VENDORS = ("postgresql", "mariadb", "sqlite")


def add(field: Any, **more: Any) -> Any:
    """Return the operation that adds column "new" to the orders."""
    return migrations.AddField("order", "new", field, **more)


def of(code: str, severity: str, message: str) -> list[Told]:
    """Return the one finding, about the new column."""
    return [Told(code, severity, message, "shop_order", "new")]


# SG501


@pytest.mark.parametrize(
    ("vendor", "then"),
    [
        ("postgresql", "it fails"),
        ("mariadb", "the server invents values"),
        ("sqlite", "it fails"),
    ],
)
def test_a_required_column_without_default(vendor: str, then: str) -> None:
    message = f"Column 'shop_order.new' is NOT NULL without a default: {then}"
    told = of("SG501", "error", f"{message} where rows exist.")

    assert found("SG501", [ORDER], add(text()), vendor=vendor) == told
    assert found("SG502", [ORDER], add(text()), vendor=vendor) == []


@pytest.mark.parametrize(
    "operation",
    [
        pytest.param(add(text(null=True)), id="nullable"),
        pytest.param(add(text(default="x")), id="default"),
        pytest.param(
            add(text(default="x"), preserve_default=False), id="one-off-default"
        ),
        pytest.param(add(text(db_default="x")), id="db-default"),
        pytest.param(add(text(blank=True)), id="blank-text-is-empty"),
        pytest.param(add(models.DateTimeField(auto_now_add=True)), id="auto-now"),
        pytest.param(add(models.ManyToManyField("shop.Order")), id="many-to-itself"),
        pytest.param(add(models.ManyToManyField("shop.Customer")), id="many-to-many"),
        pytest.param(
            add(
                models.GeneratedField(
                    expression=models.F("ref"), output_field=text(), db_persist=True
                )
            ),
            id="generated",
        ),
    ],
)
def test_a_column_that_has_a_value_for_old_rows(operation: Any) -> None:
    assert found("SG501", [ORDER, CUSTOMER], operation) == []


# SG502


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize(
    "operation",
    [
        pytest.param(add(text(default="x")), id="default"),
        pytest.param(
            add(text(default="x"), preserve_default=False), id="one-off-default"
        ),
        pytest.param(add(text(blank=True)), id="blank-text-is-empty"),
        pytest.param(add(models.DateField(auto_now_add=True)), id="auto-now"),
    ],
)
def test_a_default_that_only_python_knows(operation: Any, vendor: str) -> None:
    message = "Column 'shop_order.new' keeps no default in the database: INSERTs of"

    assert found("SG502", [ORDER], operation, vendor=vendor) == of(
        "SG502", "warning", f"{message} the old code fail."
    )


@pytest.mark.parametrize(
    "operation",
    [
        pytest.param(add(text(default="x", db_default="y")), id="db-default-too"),
        pytest.param(add(text(null=True, default="x")), id="nullable"),
        pytest.param(add(text()), id="no-default-at-all"),
    ],
)
def test_a_column_that_old_code_can_leave_out(operation: Any) -> None:
    assert found("SG502", [ORDER], operation) == []


# SG503


@pytest.mark.parametrize(
    ("vendor", "function", "name"),
    [
        ("postgresql", Random(), "random"),
        ("postgresql", models.Func(function="GEN_RANDOM_UUID"), "gen_random_uuid"),
        ("postgresql", models.Func(function="clock_timestamp"), "clock_timestamp"),
        ("mariadb", models.Func(function="UUID"), "uuid"),
    ],
)
def test_a_default_that_differs_from_row_to_row(
    vendor: str, function: Any, name: str
) -> None:
    message = f"has a default that differs from row to row ({name}): the table is"
    operation = add(models.TextField(db_default=function))

    assert found("SG503", [ORDER], operation, vendor=vendor) == of(
        "SG503", "warning", f"Column 'shop_order.new' {message} rewritten."
    )


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize(
    "operation",
    [
        pytest.param(add(models.DateTimeField(db_default=Now())), id="now"),
        pytest.param(add(models.IntegerField(db_default=1)), id="number"),
        pytest.param(add(models.TextField(db_default="random()")), id="text"),
        pytest.param(add(models.IntegerField(default=1)), id="python-constant"),
    ],
)
def test_a_default_that_is_stored_once(operation: Any, vendor: str) -> None:
    assert found("SG503", [ORDER], operation, vendor=vendor) == []


def test_a_volatile_default_is_not_told_where_sqlite_remakes_the_table() -> None:
    operation = add(models.FloatField(db_default=Random()))

    assert found("SG503", [ORDER], operation, vendor="sqlite") == []


# SG504


def of_the_project() -> str:
    return f"order-{uuid.uuid4().hex}"


def not_to_be_called() -> int:
    raise AssertionError("a linter runs none of the project's code")


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize(
    "default",
    [
        pytest.param(uuid.uuid4, id="library"),
        pytest.param(of_the_project, id="project"),
        pytest.param(partial(get_random_string, 12), id="partial"),
    ],
)
def test_one_value_for_all_rows(vendor: str, default: Any) -> None:
    message = "Column 'shop_order.new' gets one value for all rows, though its"
    operation = add(models.CharField(max_length=50, default=default))

    assert found("SG504", [ORDER], operation, vendor=vendor) == of(
        "SG504", "warning", f"{message} default gives another each time."
    )


@pytest.mark.parametrize(
    "field",
    [
        pytest.param(models.UUIDField(default=uuid.uuid4, unique=True), id="callable"),
        pytest.param(text(default="x", unique=True), id="constant"),
        pytest.param(text(default="x", unique=True, null=True), id="nullable"),
    ],
)
def test_one_value_for_all_rows_of_a_unique_column(field: Any) -> None:
    message = "Unique column 'shop_order.new' gets one value for all rows: it fails"

    assert found("SG504", [ORDER], add(field)) == of(
        "SG504", "error", f"{message} with two."
    )


@pytest.mark.parametrize(
    "field",
    [
        pytest.param(models.DateTimeField(default=timezone.now), id="moment"),
        pytest.param(models.JSONField(default=dict), id="the-same-each-time"),
        pytest.param(models.IntegerField(default=not_to_be_called), id="not-called"),
        pytest.param(text(null=True, unique=True), id="unique-without-default"),
        pytest.param(text(default="x"), id="constant"),
    ],
)
def test_a_default_that_may_be_the_same(field: Any) -> None:
    assert found("SG504", [ORDER], add(field)) == []


# SG505


def test_a_column_with_a_check() -> None:
    message = "Column 'shop_order.new' comes with a check: all rows are read under an"
    operation = add(models.PositiveIntegerField(null=True))

    assert found("SG505", [ORDER], operation) == of(
        "SG505", "info", f"{message} exclusive lock."
    )


@pytest.mark.parametrize("vendor", ["mariadb", "sqlite"])
def test_a_column_with_a_check_elsewhere(vendor: str) -> None:
    operation = add(models.PositiveIntegerField(null=True))

    assert found("SG505", [ORDER], operation, vendor=vendor) == []


def test_a_column_without_a_check() -> None:
    assert found("SG505", [ORDER], add(models.IntegerField(null=True))) == []
    assert found("SG505", [ORDER], add(models.JSONField(null=True))) == []


# SG506 and SG570


STORED = models.GeneratedField(
    expression=models.F("id"), output_field=models.BigIntegerField(), db_persist=True
)
VIRTUAL = models.GeneratedField(
    expression=models.F("id"), output_field=models.BigIntegerField(), db_persist=False
)


def test_a_stored_column() -> None:
    message = "Column 'shop_order.new' is generated and stored:"

    assert found("SG506", [ORDER], add(STORED)) == of(
        "SG506", "warning", f"{message} the table is rewritten."
    )
    assert found("SG570", [ORDER], add(STORED), vendor="mariadb") == of(
        "SG570", "warning", f"{message} it is copied."
    )


def test_a_stored_column_is_told_once() -> None:
    assert found("SG506", [ORDER], add(STORED), vendor="mariadb") == []
    assert found("SG570", [ORDER], add(STORED)) == []


def test_a_virtual_column() -> None:
    assert found("SG506", [ORDER], add(VIRTUAL)) == []
    assert found("SG570", [ORDER], add(VIRTUAL), vendor="mariadb") == []


def test_a_column_of_numbers() -> None:
    keyless = migrations.CreateModel("Order", [("ref", text(primary_key=True))])

    assert found("SG506", [keyless], add(models.BigAutoField(primary_key=True))) == of(
        "SG506",
        "warning",
        "Column 'shop_order.new' numbers the rows: the table is rewritten.",
    )


# SG507


@pytest.mark.parametrize(
    ("field", "column"),
    [
        (text(null=True, unique=True), "new"),
        (models.OneToOneField("shop.Customer", models.CASCADE, null=True), "new_id"),
    ],
)
def test_a_unique_column(field: Any, column: str) -> None:
    message = f"Column 'shop_order.{column}' is unique: its index is built under an"

    assert found("SG507", [ORDER, CUSTOMER], add(field)) == [
        Told("SG507", "warning", f"{message} exclusive lock.", "shop_order", column)
    ]
    assert found("SG507", [ORDER, CUSTOMER], add(field), vendor="mariadb") == []


def test_a_column_that_is_not_unique() -> None:
    assert found("SG507", [ORDER, CUSTOMER], add(key_to("Customer", null=True))) == []


# SG508


def test_a_foreign_key_locks_its_target() -> None:
    told = Told(
        "SG508",
        "warning",
        "Foreign key 'shop_order.new_id' locks 'shop_customer', too.",
        "shop_order",
        "new_id",
    )

    assert found("SG508", [ORDER, CUSTOMER], add(key_to("Customer", null=True))) == [
        told
    ]


def test_a_foreign_key_makes_mariadb_copy_the_table() -> None:
    operation = add(key_to("Customer", null=True))

    assert found("SG508", [ORDER, CUSTOMER], operation, vendor="mariadb") == [
        Told(
            "SG508",
            "warning",
            "Foreign key 'shop_order.new_id' copies the table.",
            "shop_order",
            "new_id",
        )
    ]


def test_what_mariadb_does_not_know_is_not_advised() -> None:
    plan = [migration(add(key_to("Customer", null=True)))]
    hints = [
        each.hint
        for vendor in ("postgresql", "mariadb")
        for each in looked_at([ORDER, CUSTOMER], plan, vendor=vendor).findings
        if each.code == "SG508"
    ]

    assert hints == [
        "Add the constraint NOT VALID, validate it later, build its index"
        " concurrently.",
        "Use db_constraint=False, then add the key with foreign_key_checks off.",
    ]


def test_a_new_table_locks_the_one_that_it_refers_to() -> None:
    line = model("Line", ("order", key_to("Order")))
    told = Told(
        "SG508",
        "info",
        "Foreign key 'shop_line.order_id' locks 'shop_order' against writes until the"
        " transaction ends.",
        "shop_order",
        "order_id",
    )

    assert found("SG508", [ORDER], line) == [told]
    assert found("SG508", [ORDER], line, vendor="mariadb") == []
    assert found("SG508", [], ORDER, line) == []


def test_a_new_many_to_many_table_locks_those_that_it_refers_to() -> None:
    operation = add(models.ManyToManyField("shop.Customer"))
    told = found("SG508", [ORDER, CUSTOMER], operation)

    assert [(each.severity, each.table, each.object) for each in told] == [
        ("info", "shop_order", "order_id"),
        ("info", "shop_customer", "customer_id"),
    ]


def test_a_column_that_becomes_a_foreign_key() -> None:
    before = [CUSTOMER, model("Order", ("by", models.BigIntegerField()))]
    alter = migrations.AlterField("order", "by", key_to("Customer", db_column="by"))
    told = found("SG508", before, alter)

    assert [(each.severity, each.object) for each in told] == [("warning", "by")]


@pytest.mark.parametrize("vendor", ["postgresql", "mariadb"])
def test_a_foreign_key_without_constraint(vendor: str) -> None:
    free = add(key_to("Customer", null=True, db_constraint=False))

    assert found("SG508", [ORDER, CUSTOMER], free, vendor=vendor) == []


def test_a_foreign_key_to_the_table_itself() -> None:
    assert found("SG508", [ORDER], add(key_to("Order", null=True))) == []


def test_a_foreign_key_that_stays() -> None:
    before = [CUSTOMER, model("Order", ("by", key_to("Customer")))]
    alter = migrations.AlterField("order", "by", key_to("Customer", null=True))

    assert found("SG508", before, alter) == []


# SG540 to SG543


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_column_goes(vendor: str) -> None:
    drop = migrations.RemoveField("order", "note")

    assert found("SG540", [ORDER], drop, vendor=vendor) == [
        Told(
            "SG540",
            "error",
            "Column 'shop_order.note' is dropped: the old code still selects it.",
            "shop_order",
            "note",
        )
    ]


def test_a_many_to_many_table_goes() -> None:
    before = [
        CUSTOMER,
        model("Order", ("who", models.ManyToManyField("shop.Customer"))),
    ]

    assert found("SG540", before, migrations.RemoveField("order", "who")) == [
        Told(
            "SG540",
            "error",
            "Table 'shop_order_who' of 'shop_order.who' is dropped with its rows.",
            "shop_order_who",
        )
    ]


def test_a_column_of_the_same_run_goes() -> None:
    drop = migrations.RemoveField("order", "new")

    assert found("SG540", [ORDER], add(text(null=True)), drop) == []
    assert found("SG540", [], ORDER, migrations.RemoveField("order", "note")) == []


def test_what_has_no_column_goes() -> None:
    through = model("Link", ("o", key_to("Order")), ("c", key_to("Customer")))
    field = models.ManyToManyField("shop.Customer", through="shop.Link")
    before = [ORDER, CUSTOMER, through, migrations.AddField("order", "who", field)]

    assert found("SG540", before, migrations.RemoveField("order", "who")) == []


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_table_goes(vendor: str) -> None:
    drop = migrations.DeleteModel("Order")

    assert found("SG541", [ORDER], drop, vendor=vendor) == [
        Told(
            "SG541",
            "error",
            "Table 'shop_order' is dropped: its rows are lost, and the old code may use"
            " it.",
            "shop_order",
        )
    ]


def test_what_has_no_table_goes() -> None:
    proxy = migrations.CreateModel(
        "Old", [], options={"proxy": True}, bases=("shop.order",)
    )

    assert found("SG541", [ORDER, proxy], migrations.DeleteModel("Old")) == []
    assert found("SG541", [], ORDER, migrations.DeleteModel("Order")) == []


@pytest.mark.parametrize(
    "operation",
    [
        pytest.param(migrations.RenameField("order", "ref", "code"), id="field"),
        pytest.param(
            migrations.AlterField("order", "ref", text(db_column="code")), id="column"
        ),
    ],
)
def test_a_column_gets_another_name(operation: Any) -> None:
    assert found("SG542", [ORDER], operation) == [
        Told(
            "SG542",
            "error",
            "Column 'shop_order.ref' becomes 'code': the old code does not know it.",
            "shop_order",
            "ref",
        )
    ]


def test_a_field_gets_another_name_and_the_column_stays() -> None:
    before = [model("Order", ("ref", text(db_column="r")))]

    assert found("SG542", before, migrations.RenameField("order", "ref", "code")) == []
    rename = migrations.RenameField("order", "new", "newer")
    assert found("SG542", [ORDER], add(text(null=True)), rename) == []


@pytest.mark.parametrize(
    "operation",
    [
        pytest.param(migrations.RenameModel("Order", "Sale"), id="model"),
        pytest.param(migrations.AlterModelTable("order", "shop_sale"), id="table"),
    ],
)
def test_a_table_gets_another_name(operation: Any) -> None:
    assert found("SG543", [ORDER], operation) == [
        Told(
            "SG543",
            "error",
            "Table 'shop_order' becomes 'shop_sale': the old code does not know it.",
            "shop_order",
        )
    ]


def test_a_model_gets_another_name_and_the_table_stays() -> None:
    before = [model("Order", db_table="orders")]

    assert found("SG543", before, migrations.RenameModel("Order", "Sale")) == []
    assert found("SG543", [], ORDER, migrations.RenameModel("Order", "Sale")) == []


def test_a_table_moves_to_another_tablespace() -> None:
    move = migrations.RunSQL("ALTER TABLE shop_order SET TABLESPACE fast", "")

    assert found("SG543", [ORDER], move) == [
        Told(
            "SG543",
            "warning",
            "Table 'shop_order' moves to another tablespace: it is copied under an"
            " exclusive lock.",
            "shop_order",
        )
    ]


def test_every_server_is_named_as_django_does() -> None:
    assert set(EVERY) == {"postgresql", "mysql", "sqlite", "oracle"}
