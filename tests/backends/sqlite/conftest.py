"""A SQLite file of its own for each test, under an alias that is no setting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper

from django_schemaguard.backends.base import Limits, Scope
from django_schemaguard.backends.sqlite import SQLite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytest_django.plugin import DjangoDbBlocker

    from django_schemaguard.core.schema import Schema, Table

ALIAS = "scratch"


@pytest.fixture
def connect(
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Callable[..., DatabaseWrapper]]:
    """Return a function that opens a name as the alias `scratch`."""
    opened: list[DatabaseWrapper] = []

    def open_(name: str | Path, **options: object) -> DatabaseWrapper:
        settings = {
            **connections["default"].settings_dict,
            "NAME": str(name),
            "OPTIONS": options,
        }
        wrapper = DatabaseWrapper(settings, alias=ALIAS)
        connections[ALIAS] = wrapper
        opened.append(wrapper)
        return wrapper

    with django_db_blocker.unblock():
        yield open_
        for wrapper in opened:
            if wrapper.connection is not None:
                wrapper.connection.close()
    if opened:
        del connections[ALIAS]


@pytest.fixture
def scratch(connect: Callable[..., DatabaseWrapper], tmp_path: Path) -> DatabaseWrapper:
    """Return a connection to an empty file."""
    wrapper = connect(tmp_path / "scratch.sqlite3")
    wrapper.ensure_connection()
    return wrapper


def run(connection: DatabaseWrapper, *statements: str) -> None:
    """Execute each statement as it is."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def read(connection: DatabaseWrapper, *names: str) -> Schema:
    """Read the schema as the pipeline does; these tables are expected."""
    backend = SQLite()
    with backend.bounded(connection, Limits()):
        return backend.read(connection, Scope(names=frozenset(names)))


def read_table(connection: DatabaseWrapper, name: str) -> Table:
    """Read one table; nothing may have been left unread."""
    schema = read(connection, name)
    assert schema.skips == ()
    table = schema.table(name)
    assert table is not None
    return table
