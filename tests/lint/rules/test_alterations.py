"""What changes of columns are told for."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import migrations, models

from tests.lint.judged import CUSTOMER, ORDER, Told, found, key_to, model, text

VENDORS = ("postgresql", "mariadb", "sqlite")


def alter(before: Any, after: Any, **more: Any) -> tuple[list[Any], Any]:
    """Return a table with a column "old", and the operation that changes it."""
    operation = migrations.AlterField("order", "old", after, **more)
    return [CUSTOMER, model("Order", ("old", before))], operation


def rule(
    code: str, change: tuple[list[Any], Any], vendor: str = "postgresql"
) -> list[Told]:
    """Return what a rule says about a change."""
    before, operation = change
    return found(code, before, operation, vendor=vendor)


def of(code: str, severity: str, message: str, column: str = "old") -> list[Told]:
    """Return the one finding, about the column."""
    return [Told(code, severity, message, "shop_order", column)]


def chars(size: int | None) -> Any:
    return models.CharField(max_length=size)


def digits(size: int, places: int) -> Any:
    return models.DecimalField(max_digits=size, decimal_places=places)


# SG509 and SG510

REWRITES = [
    pytest.param(models.IntegerField(), models.BigIntegerField(), id="bigint"),
    pytest.param(models.IntegerField(), chars(20), id="text-of-number"),
    pytest.param(models.DateField(), models.DateTimeField(), id="date-to-moment"),
    pytest.param(digits(8, 2), digits(12, 3), id="scale"),
    pytest.param(models.TextField(), models.JSONField(), id="json"),
]


@pytest.mark.parametrize("vendor", ["postgresql", "mariadb"])
@pytest.mark.parametrize(("before", "after"), REWRITES)
def test_a_type_that_rewrites_the_table(before: Any, after: Any, vendor: str) -> None:
    (told,) = rule("SG509", alter(before, after), vendor)

    assert told.severity == "warning"
    assert told.message.startswith("Column 'shop_order.old' changes from ")
    assert told.message.endswith(": the table is rewritten.")


def test_a_type_is_told_as_django_writes_it() -> None:
    message = "Column 'shop_order.old' changes from integer to varchar(20): the table"
    change = alter(models.IntegerField(), chars(20))

    assert rule("SG509", change) == of("SG509", "warning", f"{message} is rewritten.")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(chars(20), chars(40), id="longer"),
        pytest.param(chars(20), models.TextField(), id="text"),
        pytest.param(chars(20), models.EmailField(max_length=40), id="email"),
        pytest.param(chars(20), chars(None), id="no-length"),
        pytest.param(models.TextField(), chars(None), id="text-to-no-length"),
        pytest.param(digits(8, 2), digits(10, 2), id="more-digits"),
        pytest.param(chars(20), text(default="x"), id="default"),
        pytest.param(chars(20), text(choices=[("a", "A")]), id="choices"),
        pytest.param(chars(20), text(null=True), id="null"),
        pytest.param(
            models.PositiveIntegerField(), models.IntegerField(), id="check-alone"
        ),
    ],
)
def test_a_type_that_is_free_on_postgresql(before: Any, after: Any) -> None:
    change = alter(before, after)

    assert rule("SG509", change) == []
    assert rule("SG510", change) == []


@pytest.mark.parametrize(
    ("old", "new", "free"),
    [
        (20, 63, True),
        (31, 100, True),
        (64, 300, True),
        (40, 64, False),
        (63, 64, False),
        (40, 20, False),
    ],
)
def test_a_longer_text_on_mariadb(old: int, new: int, free: bool) -> None:
    told = rule("SG509", alter(chars(old), chars(new)), "mariadb")

    assert (told == []) is free


def test_a_type_on_sqlite_is_told_mildly() -> None:
    (told,) = rule("SG509", alter(chars(20), chars(40)), "sqlite")

    assert told.severity == "info"


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        pytest.param(chars(40), chars(20), "varchar(40) to varchar(20)", id="shorter"),
        pytest.param(models.TextField(), chars(20), "text to varchar(20)", id="text"),
        pytest.param(
            digits(10, 2), digits(8, 2), "numeric(10, 2) to numeric(8, 2)", id="digits"
        ),
    ],
)
def test_a_length_shrinks(before: Any, after: Any, words: str) -> None:
    change = alter(before, after)
    cut = isinstance(before, models.TextField)
    then = "are cut" if cut else "make it fail"
    message = f"Column 'shop_order.old' shrinks from {words}: longer values {then}."

    assert rule("SG510", change) == of("SG510", "warning", message)
    assert rule("SG509", change) == []
    assert rule("SG510", change, "sqlite") == []
    assert bool(rule("SG517", change)) is cut


# SG517


@pytest.mark.parametrize(
    ("before", "after", "said", "mariadb"),
    [
        pytest.param(models.TextField(), chars(5), "longer values are cut", "", id="a"),
        pytest.param(
            chars(20),
            models.SlugField(max_length=5),
            "longer values are cut",
            "",
            id="b",
        ),
        pytest.param(
            models.IntegerField(), chars(1), "longer values are cut", "", id="c"
        ),
        pytest.param(
            models.UUIDField(), chars(32), "longer values are cut", None, id="uuid"
        ),
        pytest.param(
            digits(10, 2),
            digits(10, 1),
            "values are rounded",
            "values are rounded",
            id="scale",
        ),
        pytest.param(
            digits(10, 2),
            models.IntegerField(),
            "values are rounded",
            "values are rounded",
            id="whole-numbers",
        ),
        pytest.param(
            models.FloatField(),
            digits(10, 2),
            "values are rounded",
            "values are rounded",
            id="float",
        ),
        pytest.param(
            models.BigIntegerField(),
            models.FloatField(),
            "values are rounded",
            "values are rounded",
            id="to-float",
        ),
        pytest.param(
            models.DateTimeField(),
            models.DateField(),
            "values lose a part",
            "values lose a part",
            id="day",
        ),
        pytest.param(
            models.IntegerField(),
            models.BooleanField(),
            "values lose a part",
            "",
            id="boolean",
        ),
    ],
)
def test_values_are_cut(before: Any, after: Any, said: str, mariadb: str) -> None:
    (told,) = rule("SG517", alter(before, after))

    assert (told.severity, told.table, told.object) == ("error", "shop_order", "old")
    assert told.message.startswith("Column 'shop_order.old' changes from ")
    assert told.message.endswith(f": {said} for good.")
    there = rule("SG517", alter(before, after), "mariadb")
    assert bool(there) is bool(mariadb)
    assert all(each.message.endswith(f": {mariadb} for good.") for each in there)
    assert rule("SG517", alter(before, after), "sqlite") == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(chars(40), chars(20), id="refused"),
        pytest.param(chars(20), models.SlugField(max_length=20), id="fits"),
        pytest.param(models.SlugField(), models.TextField(), id="text"),
        pytest.param(models.IntegerField(), chars(11), id="digits-fit"),
        pytest.param(models.BooleanField(), chars(5), id="true-fits"),
        pytest.param(models.DateTimeField(), chars(100), id="moment-fits"),
        pytest.param(models.BigIntegerField(), models.IntegerField(), id="too-large"),
        pytest.param(models.IntegerField(), models.BigIntegerField(), id="bigint"),
        pytest.param(models.IntegerField(), digits(12, 2), id="decimal"),
        pytest.param(models.IntegerField(), models.FloatField(), id="float"),
        pytest.param(digits(8, 2), models.FloatField(), id="float-of-decimal"),
        pytest.param(digits(8, 2), digits(12, 3), id="wider"),
        pytest.param(digits(8, 2), digits(7, 2), id="overflow"),
        pytest.param(models.DateField(), models.DateTimeField(), id="moment"),
        pytest.param(models.BooleanField(), models.IntegerField(), id="number"),
        pytest.param(chars(20), models.IntegerField(), id="no-number"),
        pytest.param(models.TextField(), models.JSONField(), id="json"),
        pytest.param(chars(20), chars(20), id="same"),
    ],
)
@pytest.mark.parametrize("vendor", VENDORS)
def test_values_are_kept_or_refused(before: Any, after: Any, vendor: str) -> None:
    assert rule("SG517", alter(before, after), vendor) == []


def test_what_the_run_itself_adds_is_not_cut() -> None:
    before, change = alter(models.TextField(), chars(5))
    new = migrations.AddField("order", "new", models.TextField(null=True))
    cut = migrations.AlterField("order", "new", chars(5))

    assert found("SG517", before, new, cut) == []
    assert len(found("SG517", before, change)) == 1


# SG511 and SG512


def test_a_column_becomes_required() -> None:
    message = "Column 'shop_order.old' becomes NOT NULL: all rows are read under an"
    change = alter(text(null=True), text())

    assert rule("SG511", change) == of("SG511", "warning", f"{message} exclusive lock.")
    assert rule("SG511", change, "mariadb") == []
    assert rule("SG511", change, "sqlite") == []


@pytest.mark.parametrize(
    ("after", "more"),
    [
        pytest.param(text(default="x"), {}, id="default"),
        pytest.param(text(default="x"), {"preserve_default": False}, id="one-off"),
        pytest.param(text(blank=True), {}, id="blank"),
    ],
)
def test_a_column_becomes_required_and_is_filled(after: Any, more: Any) -> None:
    message = (
        "Column 'shop_order.old' becomes NOT NULL: all rows are read under an exclusive"
        " lock; all NULLs are updated first."
    )

    assert rule("SG511", alter(text(null=True), after, **more)) == of(
        "SG511", "warning", message
    )


def test_a_check_proves_that_no_value_is_null() -> None:
    check = models.CheckConstraint(
        condition=models.Q(old__isnull=False), name="old_is_set"
    )
    before, operation = alter(text(null=True), text())
    constraint = migrations.AddConstraint("order", check)

    assert found("SG511", [*before, constraint], operation) == []


def test_another_check_proves_nothing() -> None:
    check = models.CheckConstraint(
        condition=models.Q(old__isnull=False) | models.Q(id__gt=9), name="either"
    )
    before, operation = alter(text(null=True), text())
    constraint = migrations.AddConstraint("order", check)

    assert len(found("SG511", [*before, constraint], operation)) == 1


def test_a_column_that_is_required_already() -> None:
    assert rule("SG511", alter(text(), text(default="x"))) == []
    assert rule("SG511", alter(text(), text(null=True))) == []


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_column_allows_null(vendor: str) -> None:
    message = "Column 'shop_order.old' allows NULL: old code may not expect it."
    change = alter(text(), text(null=True))

    assert rule("SG512", change, vendor) == of("SG512", "info", message)
    assert rule("SG512", alter(text(null=True), chars(99)), vendor) == []


# SG513


def test_a_field_gets_an_index() -> None:
    message = "Column 'shop_order.old' gets an index: writes wait until it is built."
    change = alter(text(), text(db_index=True))

    assert rule("SG513", change) == of("SG513", "warning", message)
    assert rule("SG513", change, "mariadb") == []
    assert rule("SG513", change, "sqlite") == []


def test_a_new_column_has_an_index() -> None:
    add = migrations.AddField("order", "new", models.SlugField(null=True))

    assert [each.object for each in found("SG513", [ORDER], add)] == ["new"]


def test_a_field_becomes_unique() -> None:
    message = "Column 'shop_order.old' becomes unique: its index is built under an"
    change = alter(text(db_index=True), text(unique=True))

    assert rule("SG513", change) == of("SG513", "warning", f"{message} exclusive lock.")
    assert rule("SG513", change, "sqlite") == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(text(db_index=True), text(), id="index-goes"),
        pytest.param(text(db_index=True), text(db_index=True, null=True), id="stays"),
        pytest.param(text(unique=True), text(unique=True, null=True), id="unique"),
    ],
)
def test_a_field_gets_no_index(before: Any, after: Any) -> None:
    assert rule("SG513", alter(before, after)) == []


def test_the_index_of_a_new_foreign_key_is_told_with_it() -> None:
    add = migrations.AddField("order", "who", key_to("Customer", null=True))

    assert found("SG513", [ORDER, CUSTOMER], add) == []


# SG514


@pytest.mark.parametrize("more", [{"db_index": True}, {"unique": True}])
def test_an_indexed_column_gets_another_collation(more: Any) -> None:
    message = "Column 'shop_order.old' changes its collation: its indexes are built"
    change = alter(text(**more), text(db_collation="C", **more))

    assert rule("SG514", change) == of("SG514", "warning", f"{message} anew.")
    assert rule("SG514", change, "mariadb") == []


def test_an_index_of_the_model_counts() -> None:
    before, operation = alter(text(), text(db_collation="C"))
    index = migrations.AddIndex("order", models.Index(fields=["old"], name="old_idx"))

    assert len(found("SG514", [*before, index], operation)) == 1
    assert found("SG514", before, operation) == []
    assert rule("SG514", alter(text(db_index=True), text(null=True))) == []


# SG515

AUTO = models.AutoField(primary_key=True)
BIG = models.BigAutoField(primary_key=True)


def keyed(key: Any) -> Any:
    return migrations.CreateModel("Order", [("id", key), ("ref", text(null=True))])


def test_a_primary_key_is_widened() -> None:
    message = (
        "Column 'shop_order.id' is the primary key and changes from integer to bigint:"
        " the table and those that refer to it are rewritten."
    )
    operation = migrations.AlterField("order", "id", BIG)

    assert found("SG515", [keyed(AUTO)], operation) == of(
        "SG515", "warning", message, "id"
    )
    assert found("SG509", [keyed(AUTO)], operation) == []
    assert found("SG515", [keyed(AUTO)], operation, vendor="sqlite") == []


def test_another_column_becomes_the_primary_key() -> None:
    keyless = migrations.CreateModel("Order", [("ref", text(unique=True))])
    operation = migrations.AlterField("order", "ref", text(primary_key=True))
    told = found("SG515", [keyless], operation)

    assert [each.object for each in told] == ["ref"]
    assert "becomes the primary key" in told[0].message


def test_a_composite_primary_key() -> None:
    table = migrations.CreateModel(
        "Order", [("one", models.IntegerField()), ("two", models.IntegerField())]
    )
    operation = migrations.AddField(
        "order", "pk", models.CompositePrimaryKey("one", "two")
    )

    assert found("SG515", [table], operation) == [
        Told(
            "SG515",
            "warning",
            "Django makes no composite primary key on 'shop_order': only the state"
            " changes.",
            "shop_order",
        )
    ]


def test_a_primary_key_that_stays() -> None:
    named = models.BigAutoField(primary_key=True, verbose_name="number")
    longer = migrations.AlterField(
        "order", "id", models.CharField(max_length=40, primary_key=True)
    )

    operation = migrations.AlterField("order", "id", named)
    assert found("SG515", [keyed(BIG)], operation) == []
    assert found("SG515", [keyed(text(primary_key=True))], longer) == []


# SG516


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_database_default_goes(vendor: str) -> None:
    loses = "Column 'shop_order.old' loses its database default:"
    required = alter(text(db_default="x"), text())
    nullable = alter(text(db_default="x", null=True), text(null=True))

    assert rule("SG516", required, vendor) == of(
        "SG516", "warning", f"{loses} INSERTs of the old code fail."
    )
    assert rule("SG516", nullable, vendor) == of(
        "SG516", "info", f"{loses} old code inserts NULL."
    )


def test_a_database_default_becomes_another() -> None:
    message = "Column 'shop_order.old' gets another database default, also for the old"
    change = alter(text(db_default="x"), text(db_default="y"))

    assert rule("SG516", change) == of("SG516", "info", f"{message} code.")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(text(), text(db_default="x"), id="comes"),
        pytest.param(text(default="x"), text(default="y"), id="python-alone"),
        pytest.param(text(db_default="x"), text(db_default="x", null=True), id="same"),
    ],
)
def test_a_default_that_no_old_code_relies_on(before: Any, after: Any) -> None:
    assert rule("SG516", alter(before, after)) == []
