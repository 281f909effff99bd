"""Models that were something else in the first migration."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from tests.apps.kitchen.models.keys import TextKeyed


class Guest(models.Model):
    """Its key was a 32-bit one."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=20, db_index=True)


class Dish(models.Model):
    """Was Plate, with `name` for `title`."""

    title = models.CharField(max_length=40, db_index=True)
    guest = models.ForeignKey(Guest, models.CASCADE, related_name="dishes")
    guests = models.ManyToManyField(Guest)
    price = models.PositiveBigIntegerField()

    class Meta:
        unique_together = [("title", "guest")]
        indexes = [Index(fields=["price"], name="dish_price")]
        constraints = [
            CheckConstraint(condition=Q(price__lt=1000), name="dish_price_lt"),
        ]


class Shelf(models.Model):
    """Its table had Django's own name."""

    dish = models.ForeignKey(Dish, models.CASCADE)
    label = models.SlugField(unique=True)

    class Meta:
        db_table = "kitchen_board"


class Receipt(models.Model):
    """Its foreign key became one to one, its code a text."""

    dish = models.OneToOneField(Dish, models.CASCADE)
    code = models.CharField(max_length=20, db_index=True)
    paid = models.BooleanField(db_default=False)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["code"], condition=Q(paid=False), name="receipt_open_code"
            ),
        ]


class Altered(models.Model):
    """Its columns changed type, nullability, default, index and comment."""

    wider = models.CharField(max_length=80)
    required = models.CharField(max_length=20, db_comment="was nullable")
    optional = models.IntegerField(null=True)
    number = models.DecimalField(max_digits=12, decimal_places=3)
    counted = models.PositiveSmallIntegerField()
    unique_now = models.IntegerField(unique=True)
    plain_now = models.IntegerField()
    indexed_now = models.IntegerField(db_index=True)
    defaulted = models.IntegerField(db_default=3)
    undefaulted = models.IntegerField()
    moved = models.IntegerField(db_column="moved_column")
    text = models.ForeignKey(TextKeyed, models.CASCADE, db_constraint=False)


class Tray(models.Model):
    """Added late, then given a column that no row has a value for."""

    dish = models.ForeignKey(Dish, models.CASCADE, null=True, related_name="trays")
    size = models.PositiveIntegerField(db_default=1)
