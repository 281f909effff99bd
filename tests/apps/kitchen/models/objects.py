from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Deferrable, F, Index, Q, UniqueConstraint
from django.db.models.functions import Lower, Upper


class Stamp(models.Model):
    created = models.DateTimeField()
    slug = models.SlugField(unique=True)

    class Meta:
        abstract = True
        indexes = [Index(fields=["-created"], name="%(app_label)s_%(class)s_made")]
        constraints = [
            CheckConstraint(condition=~Q(slug=""), name="%(app_label)s_%(class)s_slug")
        ]


class Stamped(Stamp):
    class Meta(Stamp.Meta):
        pass


class Uniques(models.Model):
    a = models.IntegerField()
    b = models.IntegerField(null=True)
    c = models.CharField(max_length=20)
    d = models.CharField(max_length=20, unique=True)
    active = models.BooleanField()

    class Meta:
        unique_together = [("a", "b"), ("b", "c")]
        constraints = [
            UniqueConstraint(fields=["c", "a"], name="uniques_plain"),
            UniqueConstraint(fields=["a"], condition=Q(active=True), name="uniques_if"),
            UniqueConstraint(Lower("c"), F("a").desc(), name="uniques_lower"),
            UniqueConstraint(
                fields=["b"], nulls_distinct=False, name="uniques_null_is_null"
            ),
            UniqueConstraint(fields=["a", "c"], include=["b"], name="uniques_cover"),
            UniqueConstraint(
                fields=["active", "c"],
                deferrable=Deferrable.DEFERRED,
                name="uniques_late",
            ),
            # The same as the field's own.
            UniqueConstraint(fields=["d"], name="uniques_twice"),
        ]


class PartialOnly(models.Model):
    a = models.IntegerField()
    gone = models.DateTimeField(null=True)

    class Meta:
        required_db_features = {"supports_partial_indexes"}
        constraints = [
            UniqueConstraint(
                fields=["a"], condition=Q(gone__isnull=True), name="partial_only_a"
            )
        ]


class CoveringOnly(models.Model):
    a = models.IntegerField()
    b = models.IntegerField()

    class Meta:
        required_db_features = {"supports_covering_indexes"}
        indexes = [Index(fields=["a"], include=["b"], name="covering_only_a")]


class DeferrableOnly(models.Model):
    a = models.IntegerField()
    b = models.IntegerField()

    class Meta:
        required_db_features = {"supports_deferrable_unique_constraints"}
        constraints = [
            UniqueConstraint(
                fields=["a"], deferrable=Deferrable.IMMEDIATE, name="deferrable_now"
            ),
            UniqueConstraint(
                fields=["b"], deferrable=Deferrable.DEFERRED, name="deferrable_late"
            ),
        ]


class Checks(models.Model):
    a = models.IntegerField()
    b = models.IntegerField(null=True)
    name = models.CharField(max_length=20)
    state = models.CharField(max_length=5)
    day = models.DateField()
    flag = models.BooleanField()
    positive = models.PositiveIntegerField()

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(a__gte=0), name="checks_gte"),
            CheckConstraint(condition=Q(a__lt=F("b")) | Q(b=None), name="checks_cols"),
            CheckConstraint(condition=Q(a__range=(-5, 500)), name="checks_range"),
            CheckConstraint(condition=Q(state__in=["x", "y"]), name="checks_in"),
            CheckConstraint(
                condition=Q(name__startswith="it's 5%"), name="checks_like"
            ),
            CheckConstraint(condition=~Q(name="") & Q(flag=True), name="checks_not"),
            CheckConstraint(condition=Q(day__year=2024), name="checks_year"),
            CheckConstraint(condition=Q(a__lte=F("positive") % 7), name="checks_mod"),
        ]


class LocalIndex(Index):
    """An index class of a project's own, which writes its own SQL."""

    suffix = "own"

    def create_sql(self, model, schema_editor, using="", **kwargs):
        return super().create_sql(model, schema_editor, using=using, **kwargs)


class Indexes(models.Model):
    a = models.IntegerField(db_index=True)
    b = models.IntegerField(null=True)
    c = models.CharField(max_length=20, db_index=True)
    text = models.TextField()
    active = models.BooleanField()
    at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            Index(fields=["a", "b"]),
            Index(fields=["-at", "b"], name="indexes_desc"),
            Index(fields=["b"], condition=Q(active=True, at=None), name="indexes_if"),
            Index(fields=["b", "c"], include=["a"], name="indexes_cover"),
            Index(Upper("c"), F("a").desc(), name="indexes_upper"),
            Index(F("a") + F("b"), name="indexes_sum"),
            LocalIndex(fields=["c", "b"], name="indexes_own"),
        ]


class Together(models.Model):
    """Had `index_together`, which a later migration named."""

    a = models.IntegerField()
    b = models.IntegerField()

    class Meta:
        indexes = [Index(fields=["a", "b"], name="together_a_b")]
