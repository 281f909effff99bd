"""The one shape that all synthetic tables have."""

from __future__ import annotations

import os
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q

TABLES = int(os.environ.get("BENCH_TABLES", "10"))


def name(number: int) -> str:
    """Return the name of a model; the first is 0."""
    return f"Thing{number}"


def fields(number: int) -> list[tuple[str, Any]]:
    """Return ten fields, two of them foreign keys to tables that come before.

    Parents make a tree, so that no chain is as long as there are tables.
    """
    parent = f"synthetic.{name(number // 2)}"
    root = f"synthetic.{name(0)}"
    return [
        ("id", models.BigAutoField(primary_key=True, serialize=False)),
        ("code", models.CharField(max_length=40)),
        ("title", models.CharField(max_length=200)),
        ("note", models.TextField(blank=True)),
        ("amount", models.DecimalField(max_digits=12, decimal_places=2)),
        ("count", models.IntegerField(db_default=0)),
        ("active", models.BooleanField(default=True)),
        ("made", models.DateTimeField()),
        ("parent", models.ForeignKey(parent, models.CASCADE, related_name="+")),
        (
            "root",
            models.ForeignKey(root, models.SET_NULL, null=True, related_name="+"),
        ),
    ]


def options(number: int) -> dict[str, Any]:
    """Return a unique, a check, three indexes and a partial one.

    None is descending: sqldiff ends with an error on those.
    """
    end = f"_{number}"
    floor = Decimal(number % 7)
    return {
        "constraints": [
            models.UniqueConstraint(fields=["code", "made"], name=f"bench_uq{end}"),
            models.CheckConstraint(
                condition=Q(amount__gte=floor) | Q(active=False), name=f"bench_ck{end}"
            ),
        ],
        "indexes": [
            models.Index(fields=["title"], name=f"bench_title{end}"),
            models.Index(fields=["made", "count"], name=f"bench_made{end}"),
            models.Index(fields=["amount"], name=f"bench_amount{end}"),
            models.Index(
                fields=["code"],
                name=f"bench_open{end}",
                condition=Q(active=True, code__in=["a", "b", str(number)]),
            ),
        ],
    }
