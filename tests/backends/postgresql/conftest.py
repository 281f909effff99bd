"""A schema of one's own in the test's transaction, first in the search path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper


@pytest.fixture
def space(connection: BaseDatabaseWrapper) -> BaseDatabaseWrapper:
    """Return the connection; new tables go into the empty schema `space`."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA space")
        cursor.execute("SET LOCAL search_path TO space, public")
    return connection


@pytest.fixture
def other_session(connection: BaseDatabaseWrapper) -> Iterator[BaseDatabaseWrapper]:
    """Return another session, in autocommit, with a schema `committed` of its own."""
    session = connection.copy()
    with session.cursor() as cursor:
        cursor.execute("CREATE SCHEMA committed")
    yield session
    session.close()
    with session.cursor() as cursor:
        cursor.execute("DROP SCHEMA committed CASCADE")
    session.close()
