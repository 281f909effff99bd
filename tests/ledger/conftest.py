from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.servers import SUFFIX

ALIAS = "postgresql"
# Roles belong to the whole server, where other runs of the tests may be at work.
ROLE = f'led_{SUFFIX}{os.environ.get("PYTEST_XDIST_WORKER", "")} "x'
QUOTED = '"' + ROLE.replace('"', '""') + '"'


def ledger(*words: str) -> str:
    """Run `schemaguard ledger` and return what it prints."""
    out = StringIO()
    call_command(
        "schemaguard", "ledger", *words, "--database", ALIAS, stdout=out, stderr=out
    )
    return out.getvalue()


def run(*statements: str) -> None:
    with connections[ALIAS].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def rows(sql: str) -> list[tuple[object, ...]]:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


@pytest.fixture
def installed(connection: BaseDatabaseWrapper) -> BaseDatabaseWrapper:
    """Return the migrated database, with a ledger that is gone after the test."""
    ledger("install")
    return connection


@contextmanager
def role(*grants: str) -> Iterator[str]:
    """Be a role that has these grants alone."""
    run(f"CREATE ROLE {QUOTED}", *(it.format(role=QUOTED) for it in grants))
    run(f"SET ROLE {QUOTED}")
    yield ROLE
    run("RESET ROLE")
