from __future__ import annotations

import datetime
from decimal import Decimal

from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Concat, Lower, Now, Pi


class EveryType(models.Model):
    """One column of each type; abstract."""

    big = models.BigIntegerField()
    binary = models.BinaryField()
    boolean = models.BooleanField()
    char = models.CharField(max_length=30)
    date = models.DateField()
    moment = models.DateTimeField()
    decimal = models.DecimalField(max_digits=10, decimal_places=2)
    duration = models.DurationField()
    email = models.EmailField()
    file = models.FileField()
    path = models.FilePathField()
    float = models.FloatField()
    address = models.GenericIPAddressField()
    image_name = models.CharField(max_length=100)
    integer = models.IntegerField()
    json = models.JSONField()
    positive_big = models.PositiveBigIntegerField()
    positive = models.PositiveIntegerField()
    positive_small = models.PositiveSmallIntegerField()
    slug = models.SlugField()
    small = models.SmallIntegerField()
    text = models.TextField()
    time = models.TimeField()
    url = models.URLField()
    uuid = models.UUIDField()

    class Meta:
        abstract = True


class Plain(EveryType):
    pass


class Nullable(models.Model):
    big = models.BigIntegerField(null=True)
    boolean = models.BooleanField(null=True)
    char = models.CharField(max_length=30, null=True)
    json = models.JSONField(null=True)
    positive = models.PositiveIntegerField(null=True)
    text = models.TextField(null=True)
    indexed = models.DateField(null=True, db_index=True)
    single = models.IntegerField(null=True, unique=True)


class Collated(models.Model):
    """Collations that SQLite has."""

    plain = models.CharField(max_length=20)
    folded = models.CharField(max_length=20, db_collation="NOCASE", unique=True)
    trimmed = models.TextField(db_collation="RTRIM", null=True)

    class Meta:
        required_db_vendor = "sqlite"


class CollatedOnMariaDB(models.Model):
    plain = models.CharField(max_length=20)
    binary = models.CharField(max_length=20, db_collation="utf8mb4_bin", unique=True)
    german = models.TextField(db_collation="utf8mb4_german2_ci", null=True)
    folded = models.CharField(
        max_length=20, db_collation="utf8mb4_unicode_ci", primary_key=True
    )

    class Meta:
        required_db_vendor = "mysql"


class Commented(models.Model):
    plain = models.IntegerField()
    quoted = models.IntegerField(db_comment='the cook\'s "own" number')
    nullable = models.CharField(max_length=10, null=True, db_comment="may be – empty")

    class Meta:
        db_table_comment = "Commented – with 'quotes'"


class Defaults(models.Model):
    integer = models.IntegerField(db_default=5)
    negative = models.IntegerField(db_default=-5)
    flag = models.BooleanField(db_default=True)
    unset = models.BooleanField(db_default=False, null=True)
    char = models.CharField(max_length=20, db_default="it's 100%")
    empty = models.CharField(max_length=20, db_default="")
    backslash = models.CharField(max_length=20, db_default="a\\b")
    text = models.TextField(db_default="long text")
    nothing = models.CharField(max_length=20, null=True, db_default=None)
    nothing_integer = models.IntegerField(null=True, db_default=None)
    decimal = models.DecimalField(
        max_digits=6, decimal_places=2, db_default=Decimal("1.50")
    )
    float = models.FloatField(db_default=1.5)
    date = models.DateField(db_default=datetime.date(2024, 2, 29))
    time = models.TimeField(db_default=datetime.time(12, 30))
    moment = models.DateTimeField(db_default=Now())
    expression = models.FloatField(db_default=Pi())
    lowered = models.CharField(max_length=20, db_default=Lower(Value("ABC")))
    sum = models.IntegerField(db_default=Value(1) + Value(2))
    json = models.JSONField(db_default={"a": [1, "b"]})
    python_only = models.IntegerField(default=7)


class Generated(models.Model):
    first = models.CharField(max_length=20)
    last = models.CharField(max_length=20)
    price = models.IntegerField()
    amount = models.IntegerField()
    total = models.GeneratedField(
        expression=F("price") * F("amount") + 1,
        output_field=models.IntegerField(),
        db_persist=True,
        db_index=True,
    )
    name = models.GeneratedField(
        expression=Concat("first", Value(" % "), "last"),
        output_field=models.CharField(max_length=50),
        db_persist=True,
    )
    code = models.GeneratedField(
        expression=Lower("first"),
        output_field=models.CharField(max_length=20),
        db_persist=True,
        unique=True,
    )
    positive = models.GeneratedField(
        expression=F("price") + 3,
        output_field=models.PositiveIntegerField(),
        db_persist=True,
    )


class GeneratedVirtual(models.Model):
    price = models.IntegerField()
    doubled = models.GeneratedField(
        expression=F("price") * 2,
        output_field=models.BigIntegerField(),
        db_persist=False,
    )

    class Meta:
        required_db_features = {"supports_virtual_generated_columns"}


class OddNames(models.Model):
    reserved = models.IntegerField(db_column="select")
    spaced = models.CharField(max_length=9, db_column="Two Words", db_index=True)
    accented = models.IntegerField(db_column="größe")
    dotted = models.IntegerField(db_column="a.b", unique=True)
    dollar = models.PositiveIntegerField(db_column="$price")

    class Meta:
        db_table = "Kitchen Odd-Names"
