"""What needs an extension of PostgreSQL: expected without asking for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import models
from django.test.utils import isolate_apps

from django_schemaguard.core.schema import Column, Exclusion, Index, Key
from tests.expected.building import table_of

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

pytestmark = pytest.mark.vendors("postgresql")


@isolate_apps("tests.expected")
def test_types_and_objects_of_extensions(connection: BaseDatabaseWrapper) -> None:
    from django.contrib.postgres.constraints import ExclusionConstraint
    from django.contrib.postgres.fields import DateRangeField, HStoreField
    from django.contrib.postgres.indexes import BloomIndex, GinIndex

    class Extended(models.Model):
        room = models.IntegerField()
        days = DateRangeField()
        text = models.TextField()
        pairs = HStoreField(null=True)

        class Meta:
            app_label = "expected"
            indexes = [
                BloomIndex(
                    fields=["room", "text"], length=96, columns=(4, 2), name="bloom"
                ),
                GinIndex(fields=["text"], opclasses=["gin_trgm_ops"], name="trigram"),
                GinIndex(fields=["pairs"], name="pairs"),
            ]
            constraints = [
                ExclusionConstraint(
                    name="clash", expressions=[("room", "="), ("days", "&&")]
                )
            ]

    table = table_of(connection, Extended)

    assert table.column("pairs") == Column("pairs", "hstore", field="pairs")
    assert table.exclusions == (
        Exclusion("clash", (Key("room", operator="="), Key("days", operator="&&"))),
    )
    assert table.indexes == (
        Index(
            "bloom",
            (Key("room"), Key("text")),
            named=True,
            method="bloom",
            options=("col1=4", "col2=2", "length=96"),
        ),
        Index("pairs", (Key("pairs"),), named=True, method="gin"),
        Index(
            "trigram",
            (Key("text", opclass="gin_trgm_ops"),),
            named=True,
            method="gin",
        ),
    )
