"""A database of its own for each test, since what is run here commits."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import connections

from tests.background import wait_for_health
from tests.conftest import ALIASES

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from pytest_django.plugin import DjangoDbBlocker

ALIAS = "private"
EMPTY = """
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT quote_ident(nspname) FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  LOOP EXECUTE 'DROP SCHEMA ' || name || ' CASCADE'; END LOOP;
END $$
"""
_made: set[tuple[str, str]] = set()


def only(*vendors: str) -> pytest.MarkDecorator:
    """Run a test with `private` on these servers alone."""
    return pytest.mark.parametrize("private", vendors, indirect=True)


@pytest.fixture(params=list(ALIASES))
def private(
    request: pytest.FixtureRequest, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> Iterator[BaseDatabaseWrapper]:
    """Give the alias "private" to an empty database; yield this thread's connection.

    No test with it is a `django_db` one: those let no other alias connect.
    """
    vendor = request.param
    if vendor in settings.ABSENT:
        pytest.skip(f"{vendor}: {settings.ABSENT[vendor].reason}")
    with django_db_blocker.unblock(), database(ALIASES[vendor], tmp_path) as found:
        yield found


@pytest.fixture(scope="session", autouse=True)
def _databases_are_dropped(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    yield
    with django_db_blocker.unblock():
        for alias, name in _made:
            _administer(connections[alias].copy(), f"DROP DATABASE IF EXISTS {name}")


@contextmanager
def database(alias: str, directory: Path) -> Iterator[BaseDatabaseWrapper]:
    """Make a database on the server of an alias, known as "private"."""
    connection = connections[alias].copy()
    wanted: dict[str, Any] = copy.deepcopy(connection.settings_dict)
    if connection.vendor == "sqlite":
        wanted["NAME"] = str(directory / "private.sqlite3")
        Path(wanted["NAME"]).touch()
    else:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "")
        wanted["NAME"] = f"private_{connection.settings_dict['TEST']['NAME']}{worker}"
        _make(connection, wanted["NAME"])
    connections.settings[ALIAS] = wanted
    try:
        yield connections[ALIAS]
    finally:
        wait_for_health(ALIAS)
        if connection.vendor == "postgresql":
            # Far quicker than to drop and make a database.
            run(connections[ALIAS], EMPTY)
            run(
                connections[ALIAS],
                "CREATE SCHEMA public",
                "GRANT USAGE ON SCHEMA public TO PUBLIC",
            )
        connections[ALIAS].close()
        del connections[ALIAS]
        del connections.settings[ALIAS]


def _make(connection: BaseDatabaseWrapper, name: str) -> None:
    made = (connection.alias, name)
    if made in _made and connection.vendor == "postgresql":
        return
    _administer(
        connection, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}"
    )
    _made.add(made)


def _administer(connection: BaseDatabaseWrapper, *statements: str) -> None:
    with connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def another(private: BaseDatabaseWrapper) -> BaseDatabaseWrapper:
    """Return a second session on the same database, for any thread; close it."""
    session = private.copy(private.alias)
    session.inc_thread_sharing()
    return session


def run(session: BaseDatabaseWrapper, *statements: str) -> None:
    """Execute each statement as it is."""
    with session.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
