"""Which databases a test runs on, and the fixtures `alias` and `connection`.

A test that takes `alias` or `connection` runs once on each database; marked
``@pytest.mark.vendors("postgresql")`` only on those named, whether or not it takes
the fixtures. It is given access to exactly these databases. A
``@pytest.mark.django_db(transaction=True)`` on the test is kept.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import connections

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

ALIASES = {"sqlite": "default", "postgresql": "postgresql", "mariadb": "mariadb"}


def pytest_configure() -> None:
    """Refuse to leave a database out unseen on a continuous integration server."""
    if os.environ.get("CI") != "true":
        return
    for vendor, absent in settings.ABSENT.items():
        if absent.wanted:
            raise pytest.UsageError(f"{vendor} must run with CI=true: {absent.reason}")


def pytest_report_header() -> list[str]:
    """Say for each server what it is, or why it is left out."""
    lines = [f"{name}: {text}" for name, text in settings.DESCRIPTIONS.items()]
    lines += [f"{name}: skipped, {it.reason}" for name, it in settings.ABSENT.items()]
    return lines


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that takes `alias` once on each database that it is for."""
    if "alias" in metafunc.fixturenames:
        metafunc.parametrize(
            "alias",
            [_parameter(v) for v in _vendors(metafunc.definition)],
            indirect=True,
        )


def _vendors(item: pytest.Item) -> tuple[str, ...]:
    mark = item.get_closest_marker("vendors")
    chosen = mark.args if mark else tuple(ALIASES)
    unknown = set(chosen) - ALIASES.keys()
    if unknown or not chosen:
        raise pytest.UsageError(f"{item.nodeid}: vendors() names {sorted(unknown)}")
    return chosen


def _parameter(vendor: str) -> object:
    absent = settings.ABSENT.get(vendor)
    marks = [pytest.mark.skip(f"{vendor}: {absent.reason}")] if absent else []
    return pytest.param(ALIASES[vendor], id=vendor, marks=marks)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test access to the databases it runs on."""
    for item in items:
        if "alias" in getattr(item, "fixturenames", ()):
            alias = item.callspec.params["alias"]  # type: ignore[attr-defined]
            _allow(item, {alias} & set(settings.DATABASES))
        elif item.get_closest_marker("vendors"):
            _allow_all(item)


def _allow_all(item: pytest.Item) -> None:
    absent = [vendor for vendor in _vendors(item) if vendor in settings.ABSENT]
    for vendor in absent:
        item.add_marker(pytest.mark.skip(f"{vendor}: {settings.ABSENT[vendor].reason}"))
    if not absent:
        _allow(item, {ALIASES[vendor] for vendor in _vendors(item)})


def _allow(item: pytest.Item, aliases: set[str]) -> None:
    mark = item.get_closest_marker("django_db")
    wanted = dict(mark.kwargs) if mark else {}
    databases = wanted.pop("databases", ())
    if databases != "__all__":
        databases = sorted({*databases, *aliases})
    # In front of the test's own, where pytest-django looks first.
    item.add_marker(
        pytest.mark.django_db(
            *(mark.args if mark else ()), databases=databases, **wanted
        ),
        append=False,
    )


@pytest.fixture
def alias(request: pytest.FixtureRequest) -> str:
    """Return the alias of the database that the test runs on."""
    return str(request.param)


@pytest.fixture
def connection(alias: str) -> BaseDatabaseWrapper:
    """Return the connection of the database that the test runs on."""
    return connections[alias]
