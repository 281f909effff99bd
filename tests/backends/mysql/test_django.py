"""What Django's schema editor makes of its fields is read as Django says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import models
from django.test.utils import isolate_apps

from django_schemaguard.backends.mysql import MySQL
from django_schemaguard.core.schema import Check, Expression, Identity, Index, Key

if TYPE_CHECKING:
    from django.db.models import Field

    from tests.backends.mysql.conftest import Scratch

FIELDS: dict[str, Field] = {
    "big": models.BigIntegerField(),
    "raw": models.BinaryField(null=True),
    "flag": models.BooleanField(null=True),
    "letters": models.CharField(max_length=30),
    "day": models.DateField(),
    "at": models.DateTimeField(),
    "price": models.DecimalField(max_digits=5, decimal_places=2),
    "lasting": models.DurationField(),
    "mail": models.EmailField(),
    "file": models.FileField(),
    "path": models.FilePathField(),
    "ratio": models.FloatField(null=True),
    "address": models.GenericIPAddressField(),
    "picture": models.ImageField(),
    "number": models.IntegerField(),
    "data": models.JSONField(),
    "positive_big": models.PositiveBigIntegerField(),
    "positive": models.PositiveIntegerField(null=True),
    "positive_small": models.PositiveSmallIntegerField(),
    "slug": models.SlugField(),
    "small": models.SmallIntegerField(),
    "body": models.TextField(null=True),
    "tod": models.TimeField(),
    "link": models.URLField(),
    "uid": models.UUIDField(null=True),
    "coded": models.CharField(max_length=9, db_collation="utf8mb4_bin"),
    "noted": models.IntegerField(db_comment="it's 100% so"),
}


@isolate_apps("tests")
def test_every_field_is_read_as_its_type(scratch: Scratch) -> None:
    class Everything(models.Model):
        class Meta:
            app_label = "tests"
            db_table = "everything"

    for name, field in FIELDS.items():
        Everything.add_to_class(name, field.clone())

    with scratch.connection.schema_editor() as editor:
        editor.create_model(Everything)

    table = scratch.table("everything")
    backend = MySQL()
    for field in Everything._meta.local_fields:
        column = table.column(field.column)
        assert column is not None
        wanted = str(field.db_type(scratch.connection)).replace(" AUTO_INCREMENT", "")
        assert backend.canonical_type(column.type) == backend.canonical_type(wanted), (
            wanted
        )
        assert column.nullable == field.null
        assert column.default is None
        assert column.generated is None
        assert column.comment == (field.db_comment or "")
        automatic = Identity.AUTOINCREMENT if field.primary_key else None
        assert column.identity is automatic
        collation = field.db_parameters(scratch.connection).get("collation")
        is_json = isinstance(field, models.JSONField)
        assert column.collation == ("utf8mb4_bin" if is_json else collation)
    assert table.checks == (
        Check("data", Expression("json_valid(`data`)"), implied=True),
        *(
            Check(name, Expression(f"`{name}` >= 0"))
            for name in ("positive", "positive_big", "positive_small")
        ),
    )
    assert [index.keys for index in table.indexes] == [(Key("slug"),)]


@isolate_apps("tests")
def test_the_index_of_a_renamed_foreign_key_is_still_marked(scratch: Scratch) -> None:
    class Target(models.Model):
        class Meta:
            app_label = "tests"
            db_table = "target"

    class Before(models.Model):
        old = models.ForeignKey(Target, models.CASCADE)

        class Meta:
            app_label = "tests"
            db_table = "shop"

    class After(models.Model):
        new = models.ForeignKey(Target, models.CASCADE)

        class Meta:
            app_label = "tests"
            db_table = "shop"

    with scratch.connection.schema_editor() as editor:
        editor.create_model(Target)
        editor.create_model(Before)
    with scratch.connection.schema_editor() as editor:
        editor.alter_field(
            Before, Before._meta.get_field("old"), After._meta.get_field("new")
        )

    table = scratch.table("shop")
    (foreign_key,) = table.foreign_keys
    assert (foreign_key.columns, foreign_key.target.name) == (("new_id",), "target")
    assert [(index.keys, index.implied) for index in table.indexes] == [
        ((Key("new_id"),), True)
    ]


@isolate_apps("tests")
def test_an_index_without_its_foreign_key_is_of_its_own(scratch: Scratch) -> None:
    class Target(models.Model):
        class Meta:
            app_label = "tests"
            db_table = "target"

    class Shop(models.Model):
        target = models.ForeignKey(Target, models.CASCADE, db_constraint=False)
        ref = models.CharField(max_length=9, unique=True)

        class Meta:
            app_label = "tests"
            db_table = "shop"
            indexes = (models.Index(fields=["ref", "-target"], name="both"),)

    with scratch.connection.schema_editor() as editor:
        editor.create_model(Target)
        editor.create_model(Shop)

    table = scratch.table("shop")
    assert table.foreign_keys == ()
    found = {index.name: index for index in table.indexes}
    assert found.pop("both") == Index(
        "both", (Key("ref"), Key("target_id", descending=True))
    )
    ((_, own),) = found.items()
    assert (own.keys, own.implied) == ((Key("target_id"),), False)
    assert [unique.keys for unique in table.uniques] == [(Key("ref"),)]


@pytest.mark.parametrize(
    ("db_default", "text"),
    [
        pytest.param(True, "1", id="boolean"),
        pytest.param(models.functions.Now(), "current_timestamp(6)", id="now"),
        pytest.param(models.Value(None), None, id="none"),
    ],
)
@isolate_apps("tests")
def test_a_database_default(
    scratch: Scratch, db_default: object, text: str | None
) -> None:
    kind = models.BooleanField if db_default is True else models.DateTimeField

    class Shop(models.Model):
        c = kind(db_default=db_default, null=True)

        class Meta:
            app_label = "tests"
            db_table = "shop"

    with scratch.connection.schema_editor() as editor:
        editor.create_model(Shop)

    column = scratch.table("shop").column("c")
    assert column is not None
    assert column.default == (None if text is None else Expression(text))
