"""What has been common in models for ten years, as it reads today."""

from __future__ import annotations

import uuid

from django import VERSION
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from tests.upgrades.vintage.fields import Char32UUIDField

CONDITION = "condition" if VERSION >= (5, 1) else "check"


class Region(models.Model):
    """Was Area; its code was a number."""

    code = models.CharField(max_length=12, unique=True)
    title = models.CharField(max_length=80, db_index=True)

    def __str__(self):
        return self.title


class Grower(models.Model):
    """Has a UUID for a key, a user and a parent."""

    id = Char32UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE)
    mentor = models.ForeignKey("self", models.SET_NULL, null=True, blank=True)
    email = models.EmailField(unique=True)
    slug = models.SlugField()
    notes = models.TextField(blank=True, default="")

    def __str__(self):
        return self.email


class Tag(models.Model):
    """Has a word for a key."""

    word = models.CharField(max_length=40, primary_key=True)

    def __str__(self):
        return self.word


class Wine(models.Model):
    """Has a column of every common kind."""

    grower = models.ForeignKey(Grower, models.PROTECT, related_name="wines")
    region = models.ForeignKey(
        Region, models.CASCADE, to_field="code", db_constraint=True
    )
    tags = models.ManyToManyField(Tag, blank=True)
    regions = models.ManyToManyField(Region, related_name="+", through="Permit")
    blends = models.ManyToManyField("self", blank=True)
    label = models.CharField(max_length=100)
    vintage = models.PositiveSmallIntegerField()
    bottles = models.PositiveIntegerField(default=0)
    litres = models.PositiveBigIntegerField(default=0)
    price = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    score = models.FloatField(null=True)
    organic = models.BooleanField(null=True)
    listed = models.BooleanField(default=True)
    token = Char32UUIDField(default=uuid.uuid4, unique=True)
    seen_from = models.GenericIPAddressField(null=True)
    facts = models.JSONField(default=dict)
    cellared = models.DurationField(null=True)
    picked = models.DateField(null=True)
    opened = models.TimeField(null=True)
    created = models.DateTimeField(auto_now_add=True, db_index=True)
    scan = models.BinaryField(null=True)
    sheet = models.FileField(upload_to="sheets", blank=True)
    big = models.BigIntegerField(default=0)
    small = models.SmallIntegerField(default=0)

    class Meta:
        unique_together = [("grower", "label", "vintage")]
        ordering = ["label"]
        if VERSION >= (5, 1):
            indexes = [
                models.Index(fields=["region", "vintage"], name="wine_region_vintage"),
                models.Index(fields=["-created"], name="wine_newest"),
            ]
        else:
            index_together = [("region", "vintage")]
            indexes = [models.Index(fields=["-created"], name="wine_newest")]
        constraints = [
            models.CheckConstraint(
                name="wine_price_positive", **{CONDITION: Q(price__gt=0)}
            ),
            models.CheckConstraint(
                name="wine_listed_or_organic",
                **{CONDITION: Q(listed=True) | Q(organic=True)},
            ),
            models.UniqueConstraint(
                fields=["grower", "big"],
                condition=Q(listed=True),
                name="wine_one_listed",
            ),
        ]

    def __str__(self):
        return self.label


class Permit(models.Model):
    """Joins wines and regions."""

    wine = models.ForeignKey(Wine, models.CASCADE)
    area = models.ForeignKey(Region, models.CASCADE, db_column="area_ref")
    since = models.DateField()

    class Meta:
        unique_together = [("wine", "area")]

    def __str__(self):
        return str(self.since)


class Remark(models.Model):
    """Is about anything; was made NOT NULL later."""

    content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.PositiveIntegerField(db_index=True)
    about = GenericForeignKey()
    text = models.TextField()
    author = models.CharField(max_length=50, db_index=True)
    reference = models.CharField(max_length=30, unique=True)

    def __str__(self):
        return self.text


class Sparkling(Wine):
    """Is a wine, too."""

    pressure = models.DecimalField(max_digits=4, decimal_places=1, default=6)
