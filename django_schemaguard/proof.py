"""Show on a test database that the validation can fail: damage it, and look."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import connections, transaction

from django_schemaguard.conf import get_settings
from django_schemaguard.core.finding import Severity
from django_schemaguard.core.rules import DeclaredColumn, DeclaredTable
from django_schemaguard.pipeline import Job, validate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

SCRATCH = "schemaguard_proof"
LOST = "lost"


@dataclass(frozen=True, slots=True)
class Proof:
    """What was done to a database, and whether it was seen.

    Attributes:
        damage: In words.
        message: What the validation said of it; None where it saw nothing.
    """

    database: str
    damage: str
    message: str | None


def prove(alias: str) -> Proof:
    """Make a table that lacks a column it is declared to have, and validate.

    Nothing of it stays: the table is rolled back, or dropped where the server
    cannot roll that back, on a connection of its own so that an open transaction
    is not committed.
    """
    settings = get_settings()
    columns = (DeclaredColumn("id"), DeclaredColumn(LOST))
    table = DeclaredTable(SCRATCH, columns=columns)
    declared = replace(settings, tables=(*settings.tables, table))
    with _damaged(connections[alias]):
        report = validate([alias], Job(declared, settings.mode))
    seen = (
        verdict.finding.message
        for verdict in report.findings
        if verdict.finding.table.name == SCRATCH
        and verdict.finding.object == LOST
        and verdict.severity is Severity.ERROR
    )
    damage = f"table '{SCRATCH}' without its column '{LOST}'"
    return Proof(alias, damage, next(seen, None))


@contextmanager
def _damaged(connection: BaseDatabaseWrapper) -> Iterator[None]:
    name = connection.ops.quote_name(SCRATCH)
    create = f"CREATE TABLE {name} (id integer)"
    if connection.features.can_rollback_ddl:
        with transaction.atomic(using=connection.alias):
            _run(connection, create)
            yield
            transaction.set_rollback(True, using=connection.alias)
        return
    other = connection.copy()
    try:
        _run(other, create)
        try:
            yield
        finally:
            _run(other, f"DROP TABLE {name}")
    finally:
        other.close()


def _run(connection: BaseDatabaseWrapper, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
