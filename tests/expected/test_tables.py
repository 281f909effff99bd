from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps, override_settings

from django_schemaguard.backends import backend_for
from django_schemaguard.core.schema import (
    Absence,
    Check,
    Column,
    Deferral,
    Expression,
    ForeignKey,
    Identity,
    Index,
    Key,
    PrimaryKey,
    Skip,
    Table,
    TableRef,
    Unique,
)
from django_schemaguard.expected import Choice, from_apps
from django_schemaguard.models import Run, Step
from tests.apps.kitchen.models import (
    Answer,
    Composite,
    Leaf,
    Question,
    Tool,
    TrunkProxy,
    Unmanaged,
)
from tests.expected.building import schema_of, table_of

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


@isolate_apps("tests.expected")
@pytest.mark.vendors("postgresql")
def test_whole_table_on_postgresql(connection: BaseDatabaseWrapper) -> None:
    class Shop(models.Model):
        id = models.AutoField(primary_key=True)

        class Meta:
            app_label = "expected"

    class Order(models.Model):
        id = models.BigAutoField(primary_key=True)
        ref = models.CharField(max_length=30, unique=True)
        shop = models.ForeignKey(Shop, models.CASCADE, null=True)
        total = models.PositiveIntegerField(db_default=5, db_comment="in cents")

        class Meta:
            app_label = "expected"
            db_table_comment = "Orders"
            unique_together = [("shop", "total")]
            indexes = [models.Index(fields=["-total", "ref"], name="order_total")]
            constraints = [
                models.CheckConstraint(
                    condition=~models.Q(ref="100%"), name="order_ref_given"
                )
            ]

    assert table_of(connection, Order) == Table(
        name="expected_order",
        model="expected.Order",
        columns=(
            Column(
                "id",
                "bigint",
                nullable=False,
                identity=Identity.BY_DEFAULT,
                field="id",
            ),
            Column("ref", "varchar(30)", nullable=False, field="ref"),
            Column("shop_id", "integer", nullable=True, field="shop"),
            Column(
                "total",
                "integer",
                nullable=False,
                default=Expression("5"),
                comment="in cents",
                field="total",
            ),
        ),
        primary_key=PrimaryKey("", ("id",)),
        foreign_keys=(
            ForeignKey(
                "expected_order_shop_id_00436529_fk_expected_shop_id",
                ("shop_id",),
                TableRef(None, "expected_shop", "expected.Shop"),
                ("id",),
                deferral=Deferral.DEFERRED,
                field="shop",
            ),
        ),
        uniques=(
            Unique("expected_order_ref_7d18f7e9_uniq", (Key("ref"),)),
            Unique(
                "expected_order_shop_id_total_961f27ff_uniq",
                (Key("shop_id"), Key("total")),
            ),
        ),
        checks=(
            Check("expected_order_total_check", Expression('"total" >= 0')),
            Check("order_ref_given", Expression("NOT (\"ref\" = '100%')"), named=True),
        ),
        indexes=(
            Index(
                "expected_order_ref_7d18f7e9_like",
                (Key("ref", opclass="varchar_pattern_ops"),),
                absence=Absence.ARTEFACT,
            ),
            Index("expected_order_shop_id_00436529", (Key("shop_id"),)),
            Index(
                "order_total", (Key("total", descending=True), Key("ref")), named=True
            ),
        ),
        comment="Orders",
    )


def test_many_to_many_table_takes_any_width_of_its_id(
    connection: BaseDatabaseWrapper,
) -> None:
    from tests.apps.kitchen.models import Woven

    sqlite = connection.vendor == "sqlite"
    schema = schema_of(connection, Woven)

    assert [table.name for table in schema] == [
        "Kitchen Woven Texts",
        "kitchen_woven",
        "kitchen_woven_loose",
        "kitchen_woven_own",
        "kitchen_woven_plain",
    ]
    table = schema.table("kitchen_woven_own")
    assert table is not None
    assert table.model == "kitchen.Woven_own"
    assert [(c.name, c.any_integer) for c in table.columns] == [
        ("id", True),
        ("from_woven_id", sqlite),
        ("to_woven_id", sqlite),
    ]
    assert [unique.keys for unique in table.uniques] == [
        (Key("from_woven_id"), Key("to_woven_id"))
    ]
    loose = schema.table("kitchen_woven_loose")
    assert loose is not None
    assert loose.foreign_keys == ()


def test_proxy_has_no_table_and_hides_none(connection: BaseDatabaseWrapper) -> None:
    schema = schema_of(connection, TrunkProxy)

    assert schema.tables == ()
    assert schema.known == {"django_migrations"}


def test_unmanaged_model_belongs_with_its_many_to_many_table(
    connection: BaseDatabaseWrapper,
) -> None:
    schema = schema_of(connection, Unmanaged)

    assert schema.tables == ()
    assert schema.known == {
        "django_migrations",
        "kitchen_by_hand",
        "kitchen_by_hand_questions",
    }


def test_swapped_model_belongs_and_is_not_expected(
    connection: BaseDatabaseWrapper,
) -> None:
    assert [t.name for t in schema_of(connection, Tool)] == [
        "kitchen_tool",
        "kitchen_tool_questions",
    ]
    with override_settings(KITCHEN_TOOL_MODEL="kitchen.SpareTool"):
        schema = schema_of(connection, Tool)

    assert schema.tables == ()
    assert schema.known == {
        "django_migrations",
        "kitchen_tool",
        "kitchen_tool_questions",
    }


class OnlyQuestions:
    """A router that keeps all but questions out of every database."""

    def allow_migrate(
        self,
        db: str,  # noqa: ARG002
        app_label: str,  # noqa: ARG002
        model_name: str | None = None,
        **hints: Any,  # noqa: ARG002
    ) -> bool:
        return model_name == "question"


@override_settings(DATABASE_ROUTERS=[f"{__name__}.OnlyQuestions"])
def test_router_decides_which_tables_are_there(
    connection: BaseDatabaseWrapper,
) -> None:
    schema = schema_of(connection, Question, Answer)

    assert [table.name for table in schema] == ["kitchen_question"]
    assert schema.known == {"django_migrations"}


@override_settings(DATABASE_ROUTERS=[f"{__name__}.OnlyQuestions"])
def test_the_journal_belongs_where_a_router_keeps_it_out(
    connection: BaseDatabaseWrapper,
) -> None:
    schema = schema_of(connection, Run, Step, Answer)

    assert schema.tables == ()
    assert schema.known == {"django_migrations", "schemaguard_run", "schemaguard_step"}


def test_other_apps_belong_where_only_some_are_chosen(
    connection: BaseDatabaseWrapper,
) -> None:
    traits = backend_for(connection).traits(connection)
    choice = Choice(frozenset({"sites"}), known=frozenset({"my_cache"}))

    schema = from_apps(apps, connection, traits, choice)

    assert [table.name for table in schema] == ["django_site"]
    assert {"my_cache", "auth_user", "kitchen_woven_plain"} <= schema.known


@pytest.mark.vendors("sqlite", "mariadb")
def test_model_of_another_vendor_is_not_expected(
    connection: BaseDatabaseWrapper,
) -> None:
    from tests.apps.pgkitchen.models import Arrays

    assert schema_of(connection, Arrays).tables == ()


@isolate_apps("tests.expected")
@pytest.mark.vendors("mariadb")
def test_table_of_another_database_is_skipped(connection: BaseDatabaseWrapper) -> None:
    class Far(models.Model):
        class Meta:
            app_label = "expected"
            db_table = "elsewhere`.`far"

    schema = schema_of(connection, Far)

    assert schema.tables == ()
    assert schema.skips == (Skip("far", None, "It is in another database."),)
    assert schema.known == {"django_migrations", "far"}


def test_composite_key_keeps_its_order(connection: BaseDatabaseWrapper) -> None:
    table = table_of(connection, Composite)

    assert table.primary_key == PrimaryKey("", ("tenant_id", "number"))
    assert [column.name for column in table.columns] == [
        "number",
        "tenant_id",
        "note",
    ]


def test_child_table_has_its_own_columns_only(connection: BaseDatabaseWrapper) -> None:
    table = table_of(connection, Leaf)

    assert [column.name for column in table.columns] == ["above_id", "colour"]
    assert table.primary_key == PrimaryKey("", ("above_id",))
    assert [key.target.name for key in table.foreign_keys] == ["kitchen_branch"]
    assert table.foreign_keys[0].target_columns == ("trunk_ptr_id",)


def test_order_with_respect_to_is_a_column(connection: BaseDatabaseWrapper) -> None:
    table = table_of(connection, Answer)

    assert [column.name for column in table.columns] == ["id", "question_id", "_order"]


@pytest.mark.vendors("postgresql")
def test_names_are_cut_as_the_server_cuts_them(connection: BaseDatabaseWrapper) -> None:
    from tests.apps.pgkitchen.models import LongNamed

    schema = schema_of(connection, LongNamed)

    (table,) = (it for it in schema if it.model == "pgkitchen.LongNamed")
    assert table.name == "pgkitchen_äußerst_langer_name_einer_tabelle_mit_vielen_wörte"
    assert [(check.name, check.named) for check in table.checks] == [
        ("pgkitchen_longnamed_number_is_smaller_than_ninety_nine_for_ever", True),
        (table.name, False),
    ]


@pytest.mark.vendors("postgresql")
def test_namespace_comes_from_the_quotes_in_db_table(
    connection: BaseDatabaseWrapper,
) -> None:
    from tests.apps.pgkitchen.models import Moved

    table = table_of(connection, Moved)

    assert table.ref == TableRef("annex", "moved", "pgkitchen.Moved")
    assert [str(key.target) for key in table.foreign_keys] == [
        "pgkitchen_named",
        "annex.moved",
    ]


@isolate_apps("tests.expected")
def test_quotes_are_not_part_of_a_name(connection: BaseDatabaseWrapper) -> None:
    quote = "`" if connection.vendor == "mysql" else '"'

    class Quoted(models.Model):
        id = models.IntegerField(primary_key=True, db_column=f"{quote}Key{quote}")

        class Meta:
            app_label = "expected"
            db_table = f"{quote}Quoted{quote}"

    table = table_of(connection, Quoted)

    assert (table.name, table.primary_key) == ("Quoted", PrimaryKey("", ("Key",)))
