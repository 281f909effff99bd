from __future__ import annotations

from django.contrib.postgres.fields import (
    ArrayField,
    BigIntegerRangeField,
    DateRangeField,
    DateTimeRangeField,
    DecimalRangeField,
    IntegerRangeField,
)
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Func, Value

POSTGRESQL = "postgresql"


class Arrays(models.Model):
    texts = ArrayField(models.CharField(max_length=10))
    sized = ArrayField(models.IntegerField(), size=3, null=True)
    nested = ArrayField(ArrayField(models.DecimalField(max_digits=5, decimal_places=1)))
    indexed = ArrayField(models.CharField(max_length=10), db_index=True)
    filled = ArrayField(models.IntegerField(), db_default=[1, 2])
    empty = ArrayField(models.CharField(max_length=10), db_default=Value([]))

    class Meta:
        required_db_vendor = POSTGRESQL


class Ranges(models.Model):
    integers = IntegerRangeField()
    bigs = BigIntegerRangeField(null=True)
    decimals = DecimalRangeField()
    dates = DateRangeField(db_index=True)
    moments = DateTimeRangeField()

    class Meta:
        required_db_vendor = POSTGRESQL


class Search(models.Model):
    title = models.CharField(max_length=50)
    body = models.TextField()
    vector = SearchVectorField(null=True)
    generated = models.GeneratedField(
        expression=SearchVector("title", "body", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        required_db_vendor = POSTGRESQL


class Texts(models.Model):
    """What gets a second index for LIKE, and what does not."""

    unique_char = models.CharField(max_length=20, unique=True)
    indexed_text = models.TextField(db_index=True)
    endless = models.CharField(db_index=True)
    slug = models.SlugField()
    plain = models.TextField()
    generated = models.GeneratedField(
        expression=Func(F("plain"), function="LOWER"),
        output_field=models.TextField(),
        db_persist=True,
        db_index=True,
    )
    jsonb = models.JSONField(db_index=True)

    class Meta:
        required_db_vendor = POSTGRESQL


class Collated(models.Model):
    code = models.CharField(max_length=20, db_collation="C", primary_key=True)
    text = models.TextField(db_collation="POSIX", null=True)
    indexed = models.CharField(max_length=20, db_collation="C", db_index=True)
    array = ArrayField(models.CharField(max_length=5, db_collation="C"))

    class Meta:
        required_db_vendor = POSTGRESQL


class Named(models.Model):
    """Takes the collation of the key that it refers to."""

    collated = models.ForeignKey(Collated, models.CASCADE)
    percent = models.IntegerField(db_comment="50%% off")

    class Meta:
        required_db_vendor = POSTGRESQL
        db_table_comment = "100%% 'PostgreSQL'"


class LongNamed(models.Model):
    """PostgreSQL keeps 63 bytes of a name, and no part of a character."""

    number = models.PositiveIntegerField(db_index=True)
    others = models.ManyToManyField(Named, db_table="pgkitchen_" + "ö" * 20)

    class Meta:
        required_db_vendor = POSTGRESQL
        db_table = "pgkitchen_äußerst_langer_name_einer_tabelle_mit_vielen_wörtern_é_x"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number__lt=99),
                name="pgkitchen_longnamed_number_is_smaller_than_ninety_nine_for_ever",
            )
        ]


class Moved(models.Model):
    """Lives in a namespace of its own, by the well-known trick."""

    number = models.PositiveIntegerField(unique=True)
    named = models.ForeignKey(Named, models.CASCADE)
    parent = models.ForeignKey("self", models.CASCADE, null=True)

    class Meta:
        required_db_vendor = POSTGRESQL
        db_table = 'annex"."moved'
