from __future__ import annotations

from django.db import models


class User(models.Model):
    name = models.CharField(max_length=50)

    class Meta:
        db_table = "users"


class Violation(models.Model):
    address = models.GenericIPAddressField()

    class Meta:
        db_table = "rate_limit_violations"
