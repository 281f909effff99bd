"""What constraints are told for."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import migrations, models
from django.db.models.functions import Lower

from tests.lint.judged import CUSTOMER, ORDER, Told, found, key_to, model, text

pytest.importorskip("psycopg")

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    ValidateConstraint,
)

VENDORS = ("postgresql", "mariadb", "sqlite")
TABLE = "shop_order"

CHECK = models.CheckConstraint(condition=models.Q(id__gt=0), name="id_above")
UNIQUE = models.UniqueConstraint(fields=["ref"], name="ref_once")
PARTIAL = models.UniqueConstraint(
    fields=["ref"], condition=models.Q(note=None), name="ref_once"
)
LOWER = models.UniqueConstraint(Lower("ref"), name="ref_once")


def add(constraint: Any) -> Any:
    return migrations.AddConstraint("order", constraint)


# SG530


@pytest.mark.parametrize("constraint", [UNIQUE, PARTIAL, LOWER])
def test_a_unique_constraint(constraint: Any) -> None:
    message = "Unique 'ref_once' on 'shop_order' builds its index under a lock."

    assert found("SG530", [ORDER], add(constraint)) == [
        Told("SG530", "warning", message, TABLE, "ref_once")
    ]
    assert found("SG530", [ORDER], add(constraint), vendor="mariadb") == []
    assert found("SG530", [ORDER], add(constraint), vendor="sqlite") == []


def test_fields_that_are_unique_together() -> None:
    together = migrations.AlterUniqueTogether("order", {("ref", "note")})
    message = "Unique (ref, note) on 'shop_order' builds its index under a lock."

    assert found("SG530", [ORDER], together) == [
        Told("SG530", "warning", message, TABLE)
    ]
    gone = migrations.AlterUniqueTogether("order", set())
    assert found("SG530", [ORDER, together], gone) == []


def test_a_unique_constraint_of_a_new_table() -> None:
    assert found("SG530", [], ORDER, add(UNIQUE)) == []


# SG531


@pytest.mark.parametrize(
    ("vendor", "message"),
    [
        (
            "postgresql",
            "Check 'id_above' on 'shop_order' reads all rows under an exclusive lock.",
        ),
        ("mariadb", "Check 'id_above' makes the server copy 'shop_order'."),
    ],
)
def test_a_check(vendor: str, message: str) -> None:
    assert found("SG531", [ORDER], add(CHECK), vendor=vendor) == [
        Told("SG531", "warning", message, TABLE, "id_above")
    ]


def test_a_check_that_reads_nothing() -> None:
    assert found("SG531", [ORDER], add(CHECK), vendor="sqlite") == []
    assert found("SG531", [ORDER], AddConstraintNotValid("order", CHECK)) == []
    assert found("SG531", [], ORDER, add(CHECK)) == []
    assert found("SG531", [ORDER], add(UNIQUE)) == []


# SG532


def test_a_check_is_validated_in_the_transaction_that_adds_it() -> None:
    operations = (
        AddConstraintNotValid("Order", CHECK),
        ValidateConstraint("order", "id_above"),
    )
    message = "Constraint 'id_above' is validated in the transaction that adds it."

    assert found("SG532", [ORDER], *operations) == [
        Told("SG532", "warning", message, None, "id_above")
    ]
    assert found("SG532", [ORDER], *operations, atomic=False) == []


def test_a_check_is_validated_later() -> None:
    added = AddConstraintNotValid("order", CHECK)
    other = models.CheckConstraint(condition=models.Q(id__lt=9), name="other")
    validate = ValidateConstraint("order", "id_above")

    assert found("SG532", [ORDER, added], validate) == []
    later = AddConstraintNotValid("order", other)
    assert found("SG532", [ORDER, added], later, validate) == []


# SG534


def test_an_exclusion_constraint() -> None:
    exclusion = ExclusionConstraint(name="apart", expressions=[("ref", "=")])
    message = (
        "Exclusion 'apart' on 'shop_order' builds its index under an exclusive lock."
    )

    assert found("SG534", [ORDER], add(exclusion)) == [
        Told("SG534", "warning", message, TABLE, "apart")
    ]
    assert found("SG534", [], ORDER, add(exclusion)) == []
    assert found("SG534", [ORDER], add(CHECK)) == []


# SG536

TABLES = [model(name, ("a", models.IntegerField())) for name in ("One", "Two", "Three")]


def widen(name: str) -> Any:
    return migrations.AddField(name, "new", models.IntegerField(null=True))


def test_one_transaction_locks_many_tables() -> None:
    operations = [widen(name) for name in ("one", "two", "three")]
    message = "3 tables are locked until the last is done: shop_one, shop_three,"

    assert found("SG536", TABLES, *operations) == [
        Told("SG536", "warning", f"{message} shop_two.")
    ]
    assert found("SG536", TABLES, *operations, atomic=False) == []
    assert found("SG536", TABLES, *operations, vendor="mariadb") == []


def test_one_transaction_locks_few_tables() -> None:
    assert found("SG536", TABLES, widen("one"), widen("two")) == []
    assert found("SG536", [], *TABLES, *map(widen, ("one", "two", "three"))) == []


def test_a_table_counts_once_by_its_names() -> None:
    renames = [
        migrations.RenameModel("One", "Uno"),
        widen("uno"),
        widen("two"),
    ]

    assert found("SG536", TABLES, *renames) == []


# SG537

BARE = key_to("Customer", null=True, db_index=False)
ADD_BARE = migrations.AddField("order", "who", BARE)
WHO = models.Index(fields=["who"], name="who_idx")


@pytest.mark.parametrize(
    "operations",
    [
        pytest.param((ADD_BARE,), id="new-column"),
        pytest.param((migrations.DeleteModel("Order"), ORDER, ADD_BARE), id="again"),
    ],
)
def test_a_foreign_key_without_index(operations: Any) -> None:
    message = "Foreign key 'shop_order.who_id' has no index."
    expected = [Told("SG537", "warning", message, TABLE, "who_id")]

    assert found("SG537", [ORDER, CUSTOMER], *operations) == expected
    assert found("SG537", [ORDER, CUSTOMER], *operations, vendor="sqlite") == expected
    assert found("SG537", [ORDER, CUSTOMER], *operations, vendor="mariadb") == []


def test_a_new_table_has_a_foreign_key_without_index() -> None:
    line = model("Line", ("order", key_to("Order", db_index=False)))
    told = found("SG537", [ORDER], line)

    assert [(each.table, each.object) for each in told] == [("shop_line", "order_id")]


@pytest.mark.parametrize(
    "operation",
    [
        pytest.param(migrations.AddIndex("order", WHO), id="index"),
        pytest.param(AddIndexConcurrently("order", WHO), id="concurrent-index"),
        pytest.param(
            migrations.AlterUniqueTogether("order", {("who", "ref")}), id="together"
        ),
        pytest.param(
            add(models.UniqueConstraint(fields=["who", "ref"], name="u")), id="unique"
        ),
        pytest.param(
            migrations.AlterField("order", "who", key_to("Customer", null=True)),
            id="field",
        ),
        pytest.param(migrations.RemoveField("order", "who"), id="gone"),
    ],
)
def test_a_foreign_key_gets_an_index_in_the_end(operation: Any) -> None:
    assert found("SG537", [ORDER, CUSTOMER], ADD_BARE, operation) == []


def test_a_foreign_key_with_index() -> None:
    plain = migrations.AddField("order", "who", key_to("Customer", null=True))
    single = models.OneToOneField("shop.Customer", models.CASCADE, db_index=False)

    assert found("SG537", [ORDER, CUSTOMER], plain) == []
    many = migrations.AddField("order", "m", models.ManyToManyField("shop.Customer"))
    assert found("SG537", [ORDER, CUSTOMER], many) == []
    one = migrations.AddField("order", "one", single)
    assert found("SG537", [ORDER, CUSTOMER], one) == []


def test_an_index_that_is_led_by_another_column_serves_no_foreign_key() -> None:
    other = add(models.UniqueConstraint(fields=["ref", "who"], name="u"))

    assert len(found("SG537", [ORDER, CUSTOMER], ADD_BARE, other)) == 1


# SG538


def removed(subject: str, name: str | None = None) -> list[Told]:
    return [
        Told("SG538", "info", f"{subject} on 'shop_order' is removed.", TABLE, name)
    ]


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_constraint_is_removed(vendor: str) -> None:
    drop = migrations.RemoveConstraint("order", "id_above")

    assert found("SG538", [ORDER, add(CHECK)], drop, vendor=vendor) == removed(
        "Constraint 'id_above'", "id_above"
    )


def test_what_fields_promised_is_removed() -> None:
    together = migrations.AlterUniqueTogether("order", {("ref", "note")})
    gone = migrations.AlterUniqueTogether("order", set())
    once = migrations.AlterField("order", "ref", text(unique=True))
    plain = migrations.AlterField("order", "ref", text())
    key = migrations.AddField("order", "who", key_to("Customer", null=True))
    free = migrations.AlterField(
        "order", "who", key_to("Customer", null=True, db_constraint=False)
    )

    assert found("SG538", [ORDER, together], gone) == removed("Unique (ref, note)")
    assert found("SG538", [ORDER, once], plain) == removed("Unique (ref)", "ref")
    assert found("SG538", [ORDER, CUSTOMER, key], free) == removed(
        "Foreign key 'who_id'", "who_id"
    )


def test_nothing_is_removed() -> None:
    drop = migrations.RemoveConstraint("order", "id_above")
    together = migrations.AlterUniqueTogether("order", {("ref", "note")})
    more = migrations.AlterUniqueTogether("order", {("ref", "note"), ("ref",)})
    plain = migrations.AlterField("order", "ref", text(null=True))

    assert found("SG538", [], ORDER, add(CHECK), drop) == []
    assert found("SG538", [ORDER, together], more) == []
    assert found("SG538", [ORDER], plain) == []
