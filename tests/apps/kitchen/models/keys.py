from __future__ import annotations

import uuid

from django.db import models


class TextKeyed(models.Model):
    code = models.CharField(max_length=12, primary_key=True)


class UUIDKeyed(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)


class SmallKeyed(models.Model):
    id = models.SmallAutoField(primary_key=True)


class IntegerKeyed(models.Model):
    number = models.IntegerField(primary_key=True)


class Composite(models.Model):
    pk = models.CompositePrimaryKey("tenant", "number")
    number = models.IntegerField()
    tenant = models.ForeignKey(IntegerKeyed, models.CASCADE)
    note = models.CharField(max_length=10, db_index=True)


class Trunk(models.Model):
    name = models.CharField(max_length=20, unique=True)


class Branch(Trunk):
    length = models.IntegerField()


class Leaf(Branch):
    above = models.OneToOneField(Branch, models.CASCADE, parent_link=True)
    colour = models.CharField(max_length=20)


class TrunkProxy(Trunk):
    class Meta:
        proxy = True
