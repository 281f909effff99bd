"""`schemaguard validate`: compare expected and actual; read-only."""

from __future__ import annotations

import logging
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.management import CommandError

from django_schemaguard.commands import baseline
from django_schemaguard.commands.halfway import tell_halfway
from django_schemaguard.commands.options import (
    Options,
    add_database_options,
    add_report_options,
    chosen_aliases,
    chosen_level,
    chosen_limits,
    chosen_mode,
)
from django_schemaguard.commands.reporting import write_report
from django_schemaguard.commands.subcommand import OF_REPORTS, Outcome, Subcommand
from django_schemaguard.conf import get_settings
from django_schemaguard.conf.names import known_apps
from django_schemaguard.core.report import Report
from django_schemaguard.deploy.versions import record_version
from django_schemaguard.pipeline import Job, validate
from django_schemaguard.pipeline.each import for_each
from django_schemaguard.pipeline.frozen import read_frozen
from django_schemaguard.reporters import words
from django_schemaguard.reporters.look import WORDS
from django_schemaguard.tenants import validate_schemas
from django_schemaguard.tenants.focus import alike_databases

if TYPE_CHECKING:
    import argparse

    from django_schemaguard.commands.terminal import Terminal
    from django_schemaguard.conf import Settings
    from django_schemaguard.core.finding import Severity
    from django_schemaguard.pipeline.frozen import Frozen

logger = logging.getLogger("django_schemaguard")
# Without a handler, Python would print the line on stderr, below the report.
logger.addHandler(logging.NullHandler())

LEVELS = {"pass": logging.INFO, "warn": logging.WARNING, "fail": logging.ERROR}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "apps", nargs="*", metavar="APP", help="Label of an app. Default: all apps."
    )
    add_database_options(parser)
    add_report_options(parser)
    parser.add_argument(
        "--against",
        type=Path,
        metavar="FILE",
        help="Expect what a snapshot says (see 'snapshot --expected').",
    )
    parser.add_argument(
        "--objects",
        type=Path,
        metavar="FILE",
        help="PostgreSQL: expect the triggers, functions, views, policies, grants, enum"
        " types and extensions of this snapshot of a database. Default: OBJECTS.",
    )
    parser.add_argument(
        "--schemas",
        action="append",
        metavar="PATTERN",
        help="PostgreSQL: validate each schema whose name fits, such as 'tenant_*';"
        " those of one shape are reported once. May be repeated.",
    )
    parser.add_argument(
        "--group",
        action="store_true",
        help="Report databases with the same findings once, as of shards.",
    )
    parser.add_argument(
        "--record",
        action="store_true",
        help="Note the schema that is there for 'history'; the one thing it writes.",
    )
    baseline.add_arguments(parser)


def run(options: Options, terminal: Terminal) -> Outcome:
    """Validate, write the report, and judge the outcome."""
    baseline.check(options)
    if (options["schemas"] or options["group"]) and options["baseline"]:
        raise CommandError(
            "Give --baseline, or --schemas and --group; a baseline knows no groups.",
            returncode=2,
        )
    settings = get_settings()
    if options["objects"] is not None:
        settings = replace(settings, objects=Path(options["objects"]))
    aliases = chosen_aliases(options, settings)
    with terminal.progress() as progress:
        job = Job(
            settings=settings,
            mode=chosen_mode(options, settings),
            apps=frozenset(known_apps(options["apps"])),
            limits=chosen_limits(options),
            progress=progress,
            trace=terminal.trace,
            frozen=_frozen(options, settings),
        )
        report = _validated(aliases, job, options)
        if options["record"]:
            _record(aliases, report, job, terminal)
    report = baseline.news(report, options, terminal)
    outcome = judge(report, chosen_level(options))
    logger.log(LEVELS[report.status], outcome.summary)
    write_report(report, options, terminal, outcome)
    if not options["schemas"]:
        for each in report.databases:
            tell_halfway(each.alias, each.verdicts, terminal)
    return outcome


def _validated(aliases: tuple[str, ...], job: Job, options: Options) -> Report:
    patterns = options["schemas"]
    if patterns:
        found = for_each(aliases, lambda alias: validate_schemas(alias, patterns, job))
        report = Report(job.mode.value, tuple(chain.from_iterable(found)))
    else:
        report = validate(aliases, job)
    if options["group"]:
        report = replace(report, databases=alike_databases(report.databases))
    return report


def _record(
    aliases: tuple[str, ...], report: Report, job: Job, terminal: Terminal
) -> None:
    if not report.reachable:
        return
    for alias in aliases:
        new = record_version(alias, job)
        what = "a new schema" if new else "the schema noted last"
        terminal.note(f"Database '{alias}' has {what}.")


def _frozen(options: Options, settings: Settings) -> Frozen | None:
    if options["against"] is not None:
        return read_frozen(Path(options["against"]), always=True)
    return None if settings.snapshot is None else read_frozen(settings.snapshot)


def judge(report: Report, level: Severity | None) -> Outcome:
    """Return 2 where a database could not be validated, 1 for findings, else 0."""
    summary = words.summary(report, WORDS)
    if not report.reachable:
        return Outcome(2, summary)
    failed = level is not None and report.reaches(level)
    return Outcome(int(failed), summary)


VALIDATE = Subcommand(
    "validate",
    "Compare what models and migrations expect with live databases; read-only.",
    add_arguments,
    run,
    OF_REPORTS,
)
