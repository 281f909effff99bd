"""One guarded database, and nothing known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections

from django_schemaguard.health import snapshots
from tests.background import wait_for_health

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.fixtures import SettingsWrapper


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    snapshots.forget()
    yield
    wait_for_health()
    snapshots.forget()


@pytest.fixture
def guard(settings: SettingsWrapper) -> Guard:
    """Return what sets SCHEMAGUARD, for one database."""
    return Guard(settings)


class Guard:
    def __init__(self, settings: SettingsWrapper) -> None:
        self.settings = settings
        self()

    def __call__(self, *, databases: tuple[str, ...] = ("default",), **health: Any):
        optional = [{"name": "rate_limit_violations", "required": False}]
        self.settings.SCHEMAGUARD = {
            "DATABASES": databases,
            "TABLES": optional,
            "HEALTH": health,
        }
        snapshots.forget()


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the alias of a database that does not exist."""
    usual = connections.settings["default"]
    monkeypatch.setitem(
        connections.settings, "nowhere", usual | {"NAME": "/nowhere/at/all.sqlite3"}
    )
    return "nowhere"
