"""Measure one database, in a thread of its own."""

from __future__ import annotations

import logging
import time
import traceback
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError, connections

from django_schemaguard.backends import backend_for
from django_schemaguard.backends.base import Limits
from django_schemaguard.backends.connect import connect, connect_to_read, one_line
from django_schemaguard.conf import get_settings
from django_schemaguard.exceptions import DatabaseUnreachable, SchemaguardError
from django_schemaguard.health.journal import read_journal
from django_schemaguard.health.status import Inspection, Ping
from django_schemaguard.pipeline import Job, validate
from django_schemaguard.pipeline.frozen import read_frozen

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.report import DatabaseReport
    from django_schemaguard.health.journal import Journal
    from django_schemaguard.health.line import Line

_log = logging.getLogger("django_schemaguard")


def ping(alias: str, line: Line) -> Ping:
    """Connect and make one round trip, then close the connection."""
    connection = connections[alias]
    started = time.perf_counter()
    connecting = latency = error = None
    try:
        connect(connection, get_settings().health.timeout)
        connecting = time.perf_counter() - started
        line.hold(connection)
        latency = _round_trip(connection)
    except DatabaseUnreachable as unreachable:
        error = str(unreachable)
        _let_go(unreachable)
    except (DatabaseError, InterfaceError) as failed:
        error = one_line(failed, connection)
    except Exception as unexpected:  # noqa: BLE001  Of a driver, or of bad options.
        error = _crash("Connecting to", alias, unexpected)
    finally:
        connections.close_all()
    return Ping(connection.vendor, connecting, latency, error, _now())


def inspect(alias: str, line: Line) -> Inspection:
    """Validate, then close the connection."""
    started = time.perf_counter()
    report, journal, problem, hint = None, None, None, ""
    try:
        report, journal = _validated(alias, line)
    except SchemaguardError as error:
        problem, hint = str(error), error.hint
        _let_go(error)
    except Exception as unexpected:  # noqa: BLE001  The project's own code, maybe.
        problem = _crash("Validating", alias, unexpected)
    finally:
        connections.close_all()
    seconds = time.perf_counter() - started
    return Inspection(report, problem, hint, seconds, _now(), journal)


def _validated(alias: str, line: Line) -> tuple[DatabaseReport, Journal | None]:
    settings = get_settings()
    connection = connections[alias]
    limits = Limits.of(settings.health.timeout)
    connect_to_read(connection, limits.connect_seconds)
    line.hold(connection)
    job = Job(
        settings=settings,
        mode=settings.mode,
        limits=limits,
        frozen=None if settings.snapshot is None else read_frozen(settings.snapshot),
    )
    report = validate((alias,), job).databases[0]
    if report.error is not None:
        return report, None
    with backend_for(connection).bounded(connection, limits):
        return report, read_journal(connection)


def _round_trip(connection: BaseDatabaseWrapper) -> float:
    """Return the seconds of the cheapest statement that needs the database."""
    sqlite = connection.vendor == "sqlite"
    # SQLite answers a bare SELECT without looking at the file.
    table = " FROM sqlite_master LIMIT 1" if sqlite else ""
    suffix = table or connection.features.bare_select_suffix
    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1{suffix}")
        cursor.fetchall()
    return time.perf_counter() - started


def _let_go(error: BaseException) -> None:
    """Let the connection that failed close now.

    psycopg raises an error from a frame that holds it, in a circle with the socket,
    which would stay open until the garbage collector comes by.
    """
    link: BaseException | None = error
    while link is not None:
        traceback.clear_frames(link.__traceback__)
        link = link.__cause__ or link.__context__


def _crash(doing: str, alias: str, error: Exception) -> str:
    """Log what nobody foresaw, without the words of a driver."""
    name = type(error).__name__
    _log.error("%s database '%s' failed: %s", doing, alias, name)
    return f"{name}; see the log of django_schemaguard."


def _now() -> datetime:
    return datetime.now(UTC)
