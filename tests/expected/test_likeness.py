"""What is compiled for one field and condition serves only those that are alike."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import models
from django.db.models import F, Q
from django.test.utils import isolate_apps

from django_schemaguard.expected.server import Server
from django_schemaguard.expected.sql import condition

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

pytestmark = pytest.mark.vendors("sqlite", "postgresql")

CONDITIONS = [
    Q(amount__gte=Decimal("1.0")),
    Q(amount__gte=Decimal("1.00")),
    Q(amount__gte=1),
    Q(count=1),
    Q(count=True),
    Q(count="1"),
    ~Q(count=1),
    Q(count__in=[1, 2]),
    Q(count__in=(2, 1)),
    Q(count__in={1, 2}),
    Q(name="a") | Q(count=1),
    Q(name="a") & Q(count=1),
    ~(Q(name="a") | Q(count=1)),
    Q(name="a") & ~Q(count=1),
    Q(name__isnull=True),
    Q(name__startswith="a%"),
    Q(count__gt=F("amount")),
    Q(pk=1),
]


def _model(name: str, **fields: Any) -> Any:
    options = type("Meta", (), {"app_label": "orders"})
    usual = {
        "name": models.CharField(max_length=5),
        "amount": models.DecimalField(max_digits=9, decimal_places=2),
        "count": models.IntegerField(),
    }
    space = {"__module__": __name__, "Meta": options, **usual, **fields}
    return type(name, (models.Model,), space)


@isolate_apps("orders")
def test_conditions_are_those_of_each_model(connection: BaseDatabaseWrapper) -> None:
    made = [
        _model("Usual"),
        _model("Same"),
        _model("Nullable", count=models.IntegerField(null=True)),
        _model("Elsewhere", count=models.IntegerField(db_column="n")),
        _model("Finer", amount=models.DecimalField(max_digits=9, decimal_places=4)),
        _model("Textual", count=models.CharField(max_length=5)),
    ]
    server = Server(connection)

    for model in made:
        for node in CONDITIONS:
            alone = condition(Server(connection), model, node)
            assert condition(server, model, node) == alone, (model, node)

    assert 0 < len(server.conditions) < len(made) * len(CONDITIONS) / 2
