from __future__ import annotations

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models.functions import UUID4


class Owner(models.Model):
    name = models.CharField(max_length=20)


class Owned(models.Model):
    """Its foreign keys act in the database."""

    cascading = models.ForeignKey(Owner, models.DB_CASCADE, related_name="+")
    nulled = models.ForeignKey(Owner, models.DB_SET_NULL, null=True, related_name="+")
    one = models.OneToOneField(Owner, models.DB_CASCADE, related_name="+")


class Altered(models.Model):
    """Its foreign keys began to act, and stopped acting."""

    began = models.ForeignKey(Owner, models.DB_CASCADE, related_name="+")
    stopped = models.ForeignKey(Owner, models.DO_NOTHING, related_name="+")


class Reset(models.Model):
    owner = models.ForeignKey(Owner, models.DB_SET_DEFAULT, db_default=1)

    class Meta:
        required_db_features = {"supports_on_delete_db_default"}


class Defaults(models.Model):
    null = models.JSONField(db_default=models.JSONNull())
    absent = models.JSONField(null=True, db_default=None)


class Numbers(models.Model):
    endless = models.DecimalField()

    class Meta:
        required_db_features = {"supports_no_precision_decimalfield"}


class Identified(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=UUID4())

    class Meta:
        required_db_vendor = "postgresql"


class Hashed(models.Model):
    code = models.CharField(max_length=20)

    class Meta:
        required_db_vendor = "postgresql"
        constraints = [
            ExclusionConstraint(
                name="hashed_code",
                index_type="hash",
                expressions=[("code", RangeOperators.EQUAL)],
            )
        ]
