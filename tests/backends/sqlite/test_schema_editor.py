"""Tables that Django's own schema editor makes and alters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connections, models
from django.db.models.functions import Collate, Lower
from django.test.utils import isolate_apps

from django_schemaguard.core.schema import (
    Check,
    Column,
    Deferral,
    Expression,
    ForeignKey,
    Identity,
    Index,
    Key,
    PrimaryKey,
    TableRef,
    Unique,
)
from tests.backends.sqlite.conftest import ALIAS, read_table

if TYPE_CHECKING:
    from django.db.backends.sqlite3.base import DatabaseWrapper


def _create(*made: type[models.Model]) -> None:
    with connections[ALIAS].schema_editor() as editor:
        for model in made:
            editor.create_model(model)


@isolate_apps("tests.apps.kitchen")
def test_model_of_many_fields(scratch: DatabaseWrapper) -> None:
    class Target(models.Model):
        slug = models.SlugField(unique=True)

        class Meta:
            app_label = "kitchen"
            db_table = "target"

    class Many(models.Model):
        id = models.BigAutoField(primary_key=True)
        name = models.CharField(max_length=30, db_collation="NOCASE", db_default="it's")
        size = models.PositiveSmallIntegerField(null=True)
        flag = models.BooleanField(db_default=True)
        price = models.DecimalField(max_digits=5, decimal_places=2)
        made = models.DateTimeField(db_index=True)
        key = models.UUIDField(unique=True)
        data = models.JSONField(null=True)
        blob = models.BinaryField()
        twice = models.GeneratedField(
            expression=models.F("size") * 2,
            output_field=models.IntegerField(),
            db_persist=True,
        )
        target = models.ForeignKey(Target, models.CASCADE, db_column="odd column")
        by_slug = models.ForeignKey(
            Target, models.CASCADE, "+", to_field="slug", db_index=False, null=True
        )

        class Meta:
            app_label = "kitchen"
            db_table = "Many Fields"
            constraints = (
                models.CheckConstraint(condition=models.Q(size__gt=1), name="many_gt"),
                models.UniqueConstraint("name", "size", name="many_plain"),
                models.UniqueConstraint(fields=["size", "made"], name="many_fields"),
                models.UniqueConstraint(
                    fields=["size"], condition=models.Q(flag=True), name="many_part"
                ),
                models.UniqueConstraint(
                    Lower("name"), Collate("name", "RTRIM").desc(), name="many_lower"
                ),
            )
            indexes = (
                models.Index(fields=["-size", "name"], name="many_desc"),
                models.Index(
                    fields=["made"],
                    condition=models.Q(price__gte=1) & ~models.Q(name="x"),
                    name="many_cond",
                ),
            )

    _create(Target, Many)
    table = read_table(scratch, "Many Fields")
    assert table.columns == (
        _column("id", "integer", identity=Identity.AUTOINCREMENT),
        _column(
            "name", "varchar(30)", collation="NOCASE", default=Expression("'it''s'")
        ),
        Column("size", "smallint unsigned"),
        _column("flag", "bool", default=Expression("1")),
        _column("price", "decimal"),
        _column("made", "datetime"),
        _column("key", "char(32)"),
        Column("data", "text"),
        _column("blob", "BLOB"),
        Column("twice", "integer", generated=Expression('"size" * 2'), stored=True),
        _column("odd column", "bigint"),
        Column("by_slug_id", "varchar(50)"),
    )
    assert table.primary_key == PrimaryKey("", ("id",))
    assert table.checks == (
        Check("", Expression('"size" >= 0')),
        Check("", Expression('JSON_VALID("data") OR "data" IS NULL')),
        Check("many_gt", Expression('"size" > 1')),
    )
    target = TableRef(None, "target")
    assert table.foreign_keys == (
        ForeignKey("", ("by_slug_id",), target, ("slug",), deferral=Deferral.DEFERRED),
        ForeignKey("", ("odd column",), target, ("id",), deferral=Deferral.DEFERRED),
    )
    assert table.uniques[:4] == (
        Unique("many_fields", (Key("size"), Key("made"))),
        Unique(
            "many_lower",
            (
                Key(expression=Expression('LOWER("name")')),
                Key("name", descending=True, collation="RTRIM"),
            ),
            constraint=False,
        ),
        Unique(
            "many_part",
            (Key("size"),),
            condition=table.uniques[2].condition,
            constraint=False,
        ),
        Unique("many_plain", (Key("name"), Key("size")), constraint=False),
    )
    assert [unique.keys for unique in table.uniques[4:]] == [(Key("key"),)]
    assert {index.name: index.keys for index in table.indexes}["many_desc"] == (
        Key("size", descending=True),
        Key("name"),
    )
    (condition,) = (i.condition for i in table.indexes if i.name == "many_cond")
    assert condition is not None
    assert condition.sql.startswith('"price" >= ')
    assert {
        index.keys for index in table.indexes if index.name.startswith("Many ")
    } == {(Key("made"),), (Key("odd column"),)}


def _column(name: str, type_name: str, **facts: object) -> Column:
    return Column(name, type_name, nullable=False, **facts)  # type: ignore[arg-type]


@isolate_apps("tests.apps.kitchen")
def test_table_that_was_altered_in_place_and_remade(scratch: DatabaseWrapper) -> None:
    class Parent(models.Model):
        class Meta:
            app_label = "kitchen"

    class Child(models.Model):
        parent = models.ForeignKey(Parent, models.CASCADE)
        size = models.IntegerField(db_index=True)

        class Meta:
            app_label = "kitchen"

    _create(Parent, Child)
    extra = models.CharField(max_length=5, null=True)
    extra.set_attributes_from_name("extra")
    check = models.CheckConstraint(condition=models.Q(size__lt=5), name="c")
    Child._meta.constraints = [check]  # As a migration's state has it by then.
    with connections[ALIAS].schema_editor() as editor:
        editor.add_field(Child, extra)
        editor.add_constraint(Child, check)
        editor.alter_db_table(Parent, "kitchen_parent", "renamed parent")
    table = read_table(scratch, "kitchen_child")
    assert {column.name for column in table.columns} >= {"id", "parent_id", "size"}
    assert table.foreign_keys == (
        ForeignKey(
            "",
            ("parent_id",),
            TableRef(None, "renamed parent"),
            ("id",),
            deferral=Deferral.DEFERRED,
        ),
    )
    assert [check.name for check in table.checks] == ["c"]
    assert {index.keys for index in table.indexes} == {
        (Key("parent_id"),),
        (Key("size"),),
    }


@isolate_apps("tests.apps.kitchen")
def test_key_of_two_columns(scratch: DatabaseWrapper) -> None:
    class Pair(models.Model):
        pk = models.CompositePrimaryKey("right", "left")
        left = models.IntegerField()
        right = models.CharField(max_length=3)

        class Meta:
            app_label = "kitchen"

    _create(Pair)
    table = read_table(scratch, "kitchen_pair")
    assert table.primary_key == PrimaryKey("", ("right", "left"))
    assert [(c.identity, c.nullable) for c in table.columns] == [(None, False)] * 2
    assert (table.uniques, table.indexes) == ((), ())


@isolate_apps("tests.apps.kitchen")
def test_unnamed_index_has_the_name_it_was_given(scratch: DatabaseWrapper) -> None:
    class Plain(models.Model):
        word = models.CharField(max_length=3)

        class Meta:
            app_label = "kitchen"
            indexes = (models.Index(fields=["word"]),)

    _create(Plain)
    name = Plain._meta.indexes[0].name
    assert read_table(scratch, "kitchen_plain").indexes == (
        Index(name, (Key("word"),)),
    )
