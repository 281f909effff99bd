"""Damage a migrated database by hand, validate it, and name what was found."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import pytest

from django_schemaguard.conf import Settings
from django_schemaguard.core.finding import Severity
from django_schemaguard.core.rules import DeclaredTable, Mode
from django_schemaguard.pipeline import Job, validate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.report import Report


class Damage(NamedTuple):
    """What is done to the database, and all that is to be found afterwards.

    Attributes:
        sql: Statements, one after the other.
        found: Each finding as "severity code table.object", sorted.
    """

    sql: tuple[str, ...]
    found: tuple[str, ...]


# As the shop's own settings declare it.
SETTINGS = Settings(tables=(DeclaredTable("rate_limit_violations", required=False),))


def case(name: str, sql: str | tuple[str, ...], *found: str) -> object:
    """Return one row of a damage table."""
    statements = (sql,) if isinstance(sql, str) else sql
    return pytest.param(Damage(statements, tuple(sorted(found))), id=name)


def inspect(alias: str) -> Report:
    """Validate one database as in production, and be sure that it worked."""
    report = validate([alias], Job(SETTINGS, Mode.PRODUCTION))
    assert report.databases[0].error is None
    return report


def findings(alias: str) -> tuple[str, ...]:
    """Return what is found, one line each, sorted.

    What Django's own migrations leave out of the kitchen apps is left out here.
    """
    lines = []
    for verdict in inspect(alias).findings:
        finding = verdict.finding
        if verdict.severity is Severity.INFO and "kitchen" in finding.table.name:
            continue
        name = ".".join(filter(None, (finding.table.name, finding.object)))
        lines.append(f"{verdict.severity.word} {finding.code} {name}")
    return tuple(sorted(lines))


def run(connection: BaseDatabaseWrapper, damage: Damage) -> None:
    """Run the statements of a damage."""
    with connection.cursor() as cursor:
        for statement in damage.sql:
            cursor.execute(statement)


@contextmanager
def restored(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Undo the damage: MariaDB commits every DDL statement."""
    before = _tables(connection)
    yield
    with connection.cursor() as cursor:
        cursor.execute("SHOW TRIGGERS")
        for name, *_ in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")
        cursor.execute("SET foreign_key_checks = 0")
        for name, (kind, statement) in _tables(connection).items():
            if before.get(name, (None, None))[1] != statement:
                quoted = connection.ops.quote_name(name)
                cursor.execute(f"DROP {kind} {quoted}")
        standing = _tables(connection)
        for name, (_, statement) in before.items():
            if name not in standing:
                cursor.execute(statement)
        cursor.execute("SET foreign_key_checks = 1")


def _tables(connection: BaseDatabaseWrapper) -> dict[str, tuple[str, str]]:
    """Return what stands in the database, each with the statement that makes it."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW FULL TABLES")
        kinds = {name: kind.split()[-1] for name, kind in cursor.fetchall()}
        found = {}
        for name, kind in kinds.items():
            cursor.execute(f"SHOW CREATE {kind} {connection.ops.quote_name(name)}")
            found[name] = (kind, cursor.fetchone()[1])
    return found
