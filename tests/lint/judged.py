"""Migrations made in a test, and what the rules say about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.db import migrations, models
from django.db.migrations.migration import Migration
from django.db.migrations.state import ProjectState
from django.db.utils import ConnectionHandler

from django_schemaguard.core.lint import Judgement
from django_schemaguard.lint import Context, judgement

ENGINES = {
    "postgresql": "django.db.backends.postgresql",
    "mariadb": "django.db.backends.mysql",
    "sqlite": "django.db.backends.sqlite3",
}
TODAY = date(2026, 6, 1)
APP = "shop"


@dataclass(frozen=True)
class Told:
    """What a finding says, as far as a rule decides it."""

    code: str
    severity: str
    message: str
    table: str | None = None
    object: str | None = None


def nowhere(vendor: str) -> Any:
    """Return a connection to a server that is not there."""
    if vendor == "mariadb":
        pytest.importorskip("MySQLdb", reason="mysqlclient is not installed")
    settings = {"ENGINE": ENGINES[vendor], "NAME": "nowhere", "HOST": "203.0.113.1"}
    return ConnectionHandler({"default": settings})["default"]


def migration(
    *operations: Any, name: str = "0002_change", atomic: bool = True, **more: Any
) -> Migration:
    """Return a migration of the app."""
    body = {"operations": list(operations), "atomic": atomic, **more}
    return type("Migration", (Migration,), body)(name, APP)


def state_after(*operations: Any) -> ProjectState:
    """Return the project that operations lead to."""
    first = migration(*operations, name="0001_initial", initial=True)
    return first.mutate_state(ProjectState(), preserve=False)


def looked_at(
    before: Sequence[Any],
    plan: Sequence[Migration],
    vendor: str = "postgresql",
    **more: Any,
) -> Judgement:
    """Return what the rules say about migrations that follow on operations."""
    context = Context(
        more.pop("connection", None) or nowhere(vendor),
        state_after(*before),
        today=TODAY,
        **more,
    )
    return judgement([(each, False) for each in plan], context)


def told(judged: Judgement, *codes: str) -> list[Told]:
    """Return the findings of some rules, or of all."""
    return [
        Told(
            each.code,
            each.severity.word,
            each.message,
            each.table.name if each.table else None,
            each.object,
        )
        for each in judged.findings
        if not codes or each.code in codes
    ]


def codes(
    before: Sequence[Any], *operations: Any, vendor: str = "postgresql", **more: Any
) -> list[str]:
    """Return the codes of what the rules say about one migration."""
    judged = looked_at(before, [migration(*operations)], vendor, **more)
    return [each.code for each in judged.findings]


def found(
    code: str,
    before: Sequence[Any],
    *operations: Any,
    vendor: str = "postgresql",
    **more: Any,
) -> list[Told]:
    """Return what one rule says about one migration."""
    change = migration(*operations, atomic=more.pop("atomic", True))
    return told(looked_at(before, [change], vendor, **more), code)


def model(name: str, *fields: tuple[str, Any], **options: Any) -> Any:
    """Return the operation that creates a model with a key."""
    key = ("id", models.BigAutoField(primary_key=True))
    return migrations.CreateModel(name, [key, *fields], options=options)


def text(**more: Any) -> Any:
    """Return a short text field."""
    return models.CharField(max_length=20, **more)


def key_to(name: str, **more: Any) -> Any:
    """Return a foreign key."""
    return models.ForeignKey(f"{APP}.{name}", models.CASCADE, **more)


ORDER = model("Order", ("ref", text()), ("note", models.TextField(null=True)))
CUSTOMER = model("Customer", ("name", text()))
