from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    DateRangeField,
    IntegerRangeField,
    RangeOperators,
)
from django.contrib.postgres.indexes import (
    BrinIndex,
    BTreeIndex,
    GinIndex,
    GistIndex,
    HashIndex,
    OpClass,
    SpGistIndex,
)
from django.db import models
from django.db.models import Deferrable, F, Func, Index, Q, UniqueConstraint
from django.db.models.functions import Collate, Lower, Upper

from tests.apps.pgkitchen.models.columns import POSTGRESQL


class Methods(models.Model):
    integer = models.IntegerField()
    text = models.CharField(max_length=50)
    moment = models.DateTimeField()
    numbers = ArrayField(models.IntegerField())
    json = models.JSONField()
    range = IntegerRangeField()
    address = models.GenericIPAddressField()

    class Meta:
        required_db_vendor = POSTGRESQL
        indexes = [
            BTreeIndex(fields=["integer"], name="methods_btree"),
            BTreeIndex(
                fields=["-integer", "text"],
                fillfactor=80,
                deduplicate_items=False,
                name="methods_btree_opt",
            ),
            HashIndex(fields=["text"], fillfactor=70, name="methods_hash"),
            GinIndex(
                fields=["numbers"],
                fastupdate=False,
                gin_pending_list_limit=800,
                name="methods_gin",
            ),
            GinIndex(
                fields=["json"], opclasses=["jsonb_path_ops"], name="methods_path"
            ),
            GinIndex(
                fields=["json"], opclasses=["jsonb_ops"], name="methods_named_ops"
            ),
            GistIndex(
                fields=["range"], buffering=True, fillfactor=60, name="methods_gist"
            ),
            GistIndex(OpClass("address", name="inet_ops"), name="methods_gist_inet"),
            SpGistIndex(fields=["range"], fillfactor=90, name="methods_spgist"),
            BrinIndex(
                fields=["moment"],
                autosummarize=True,
                pages_per_range=4,
                name="methods_brin",
            ),
        ]


class Operators(models.Model):
    text = models.CharField(max_length=50)
    other = models.TextField()
    number = models.IntegerField(null=True)

    class Meta:
        required_db_vendor = POSTGRESQL
        indexes = [
            Index(
                fields=["text", "-other"],
                opclasses=["varchar_pattern_ops", "text_pattern_ops"],
                name="operators_pattern",
            ),
            Index(fields=["text"], opclasses=["text_ops"], name="operators_default"),
            Index(F("number").desc(nulls_last=True), name="operators_nulls_last"),
            Index(F("number").asc(nulls_first=True), name="operators_nulls_first"),
            Index(F("number").desc(nulls_first=True), name="operators_desc"),
            Index(F("number").asc(nulls_last=True), name="operators_asc"),
            Index(Collate("text", "C"), name="operators_collate"),
            Index(
                OpClass(Lower("text"), name="text_pattern_ops").desc(),
                name="operators_lower",
            ),
            Index(Collate(Upper("other"), "C").asc(), "number", name="operators_upper"),
        ]
        constraints = [
            UniqueConstraint(
                fields=["text"], opclasses=["varchar_pattern_ops"], name="operators_u"
            ),
            UniqueConstraint(
                OpClass(Lower("other"), name="text_pattern_ops"), name="operators_ul"
            ),
        ]


class Expressions(models.Model):
    text = models.CharField(max_length=50)
    json = models.JSONField()
    number = models.IntegerField(null=True)
    numbers = ArrayField(models.IntegerField())
    state = models.CharField(max_length=5)

    class Meta:
        required_db_vendor = POSTGRESQL
        indexes = [
            Index(F("json__a__b"), name="expressions_path"),
            Index(F("number") % 7, F("text"), name="expressions_mod"),
            Index(
                fields=["number"],
                include=["text", "state"],
                condition=Q(state__in=["a", "b", "c"]) & ~Q(text__contains="100%"),
                name="expressions_if",
            ),
            GinIndex(
                Func(
                    "text",
                    function="to_tsvector",
                    template="%(function)s('simple'::regconfig, %(expressions)s)",
                ),
                name="expressions_search",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(numbers__contains=[1]) | Q(numbers__len=0),
                name="expressions_array",
            ),
            models.CheckConstraint(
                condition=Q(json__has_key="a") & Q(json__b__gte=1),
                name="expressions_json",
            ),
            models.CheckConstraint(
                condition=Q(text__regex=r"^\d+%?$") | Q(text__iexact="none"),
                name="expressions_regex",
            ),
        ]


class UniqueOptions(models.Model):
    a = models.IntegerField(null=True)
    b = models.IntegerField()
    c = models.CharField(max_length=10)

    class Meta:
        required_db_vendor = POSTGRESQL
        constraints = [
            UniqueConstraint(fields=["a"], nulls_distinct=False, name="options_nulls"),
            UniqueConstraint(
                fields=["b"], nulls_distinct=True, name="options_distinct"
            ),
            UniqueConstraint(
                fields=["a", "b"],
                include=["c"],
                condition=Q(b__gt=0),
                nulls_distinct=False,
                name="options_all",
            ),
            UniqueConstraint(
                fields=["b", "c"], deferrable=Deferrable.IMMEDIATE, name="options_now"
            ),
            UniqueConstraint(
                fields=["c"], deferrable=Deferrable.DEFERRED, name="options_late"
            ),
        ]


class Excluded(models.Model):
    range = IntegerRangeField()
    days = DateRangeField()
    gone = models.BooleanField()
    note = models.IntegerField()

    class Meta:
        required_db_vendor = POSTGRESQL
        constraints = [
            ExclusionConstraint(
                name="excluded_plain",
                expressions=[("range", RangeOperators.OVERLAPS)],
            ),
            ExclusionConstraint(
                name="excluded_all",
                expressions=[
                    (OpClass("days", name="range_ops"), RangeOperators.OVERLAPS),
                    ("range", RangeOperators.EQUAL),
                ],
                condition=Q(gone=False),
                include=["note"],
                deferrable=Deferrable.DEFERRED,
            ),
            ExclusionConstraint(
                name="excluded_spgist",
                index_type="SPGIST",
                expressions=[
                    (
                        Func("note", F("note") + 5, function="int4range"),
                        RangeOperators.OVERLAPS,
                    )
                ],
            ),
        ]


class Booking(models.Model):
    """Its objects came one by one."""

    room = models.TextField(db_index=True)
    span = DateRangeField()
    seats = models.BigIntegerField(unique=True)

    class Meta:
        required_db_vendor = POSTGRESQL
        indexes = [GistIndex(fields=["span"], name="booking_span")]
        constraints = [
            ExclusionConstraint(
                name="booking_clash", expressions=[("span", RangeOperators.OVERLAPS)]
            ),
            models.CheckConstraint(condition=Q(seats__gt=0), name="booking_seats"),
        ]


class Renamed(models.Model):
    """Was Former, with `key` for `code`; generated names tell."""

    code = models.CharField(max_length=30, unique=True)
    booking = models.ForeignKey(Booking, models.CASCADE)
    bookings = models.ManyToManyField(Booking, related_name="+")
    amount = models.PositiveIntegerField()

    class Meta:
        required_db_vendor = POSTGRESQL
        indexes = [Index(fields=["amount"], name="renamed_amount")]
