"""`schemaguard health_check`: all checks once, or until all is well."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError, connections

from django_schemaguard.backends.connect import connect
from django_schemaguard.commands.options import (
    Options,
    add_database_options,
    add_report_options,
    add_wait,
    chosen_aliases,
    chosen_level,
    chosen_limits,
    chosen_mode,
)
from django_schemaguard.commands.reporting import write_report
from django_schemaguard.commands.subcommand import OF_REPORTS, Outcome, Subcommand
from django_schemaguard.commands.validate import LEVELS, judge, logger
from django_schemaguard.conf import get_settings
from django_schemaguard.exceptions import DatabaseUnreachable
from django_schemaguard.pipeline import Job, validate
from django_schemaguard.pipeline.frozen import read_frozen
from django_schemaguard.reporters.checkup import reporters

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from django_schemaguard.commands.terminal import Terminal
    from django_schemaguard.core.report import Report

PAUSE = 1.0  # Seconds between two looks.


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_database_options(parser)
    add_report_options(parser)
    add_wait(parser)


def run(options: Options, terminal: Terminal) -> Outcome:
    """Check, again where that is asked for, and write the last report."""
    settings = get_settings()
    aliases = chosen_aliases(options, settings)
    level = chosen_level(options)
    with terminal.progress() as progress:
        job = Job(
            settings=settings,
            mode=chosen_mode(options, settings),
            limits=chosen_limits(options),
            progress=progress,
            trace=terminal.trace,
            frozen=read_frozen(settings.snapshot) if settings.snapshot else None,
        )
        for report in _reports(aliases, job, options["wait"] or 0.0):
            outcome = judge(report, level)
            if outcome.exit_code == 0:
                break
        latencies = dict(_latencies(report, job))
    logger.log(LEVELS[report.status], outcome.summary)
    write_report(report, options, terminal, outcome, reporters(latencies))
    return outcome


def _reports(aliases: tuple[str, ...], job: Job, seconds: float) -> Iterator[Report]:
    """Yield a report, then another each second until the time is up."""
    end = time.monotonic() + seconds
    yield validate(aliases, job)
    while (left := end - time.monotonic()) > 0:
        job.progress(f"waiting for another {left:.0f} s")
        time.sleep(min(PAUSE, left))
        for alias in aliases:
            connections[alias].close()
        limits = job.limits
        soon = max(0.001, min(limits.connect_seconds, end - time.monotonic()))
        yield validate(
            aliases, replace(job, limits=replace(limits, connect_seconds=soon))
        )


def _latencies(report: Report, job: Job) -> Iterator[tuple[str, float]]:
    """Yield the seconds of one round trip to each database that could be reached."""
    for database in report.databases:
        if database.reachable:
            seconds = _round_trip(database.alias, job.limits.connect_seconds)
            if seconds is not None:
                yield database.alias, seconds


def _round_trip(alias: str, connect_seconds: float) -> float | None:
    """Return None where the database has gone since it was validated."""
    connection = connections[alias]
    try:
        connect(connection, connect_seconds)
        started = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1{connection.features.bare_select_suffix}")
            cursor.fetchall()
        return time.perf_counter() - started
    except (DatabaseUnreachable, DatabaseError, InterfaceError):
        return None


HEALTH_CHECK = Subcommand(
    "health_check",
    "Check connection, server, schema, migrations and privileges; read-only.",
    add_arguments,
    run,
    OF_REPORTS,
)
