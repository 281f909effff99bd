"""`schemaguard validate`: compare expected and actual; read-only."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.management.base import CommandError

from django_schemaguard.commands.options import (
    Options,
    add_database_options,
    add_report_options,
    chosen_aliases,
    chosen_level,
    chosen_limits,
    chosen_mode,
)
from django_schemaguard.commands.subcommand import Outcome, Subcommand
from django_schemaguard.conf import get_settings
from django_schemaguard.conf.names import known_apps
from django_schemaguard.conf.source import settings_file
from django_schemaguard.locations import locate, project_root
from django_schemaguard.pipeline import Job, validate
from django_schemaguard.reporters import LOCATED, REPORTERS, as_text, words
from django_schemaguard.reporters.look import WORDS, Look

if TYPE_CHECKING:
    import argparse

    from django_schemaguard.commands.terminal import Terminal
    from django_schemaguard.core.finding import Severity
    from django_schemaguard.core.report import Report

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


def run(options: Options, terminal: Terminal) -> Outcome:
    """Validate, write the report, and judge the outcome."""
    settings = get_settings()
    aliases = chosen_aliases(options, settings)
    with terminal.progress() as progress:
        job = Job(
            settings=settings,
            mode=chosen_mode(options, settings),
            apps=frozenset(known_apps(options["apps"])),
            limits=chosen_limits(options),
            progress=progress,
            trace=terminal.trace,
        )
        report = validate(aliases, job)
    outcome = judge(report, chosen_level(options))
    logger.log(LEVELS[report.status], outcome.summary)
    _write(report, options, terminal, outcome)
    return outcome


def judge(report: Report, level: Severity | None) -> Outcome:
    """Return 2 where a database could not be validated, 1 for findings, else 0."""
    summary = words.summary(report, WORDS)
    if not report.reachable:
        return Outcome(2, summary)
    failed = level is not None and report.reaches(level)
    return Outcome(int(failed), summary)


def _write(
    report: Report, options: Options, terminal: Terminal, outcome: Outcome
) -> None:
    render, level = REPORTERS[options["format"]], chosen_level(options)
    if options["format"] in LOCATED:
        report = locate(report, project_root(Path.cwd()), settings_file())
    silent = terminal.detail == 0 and outcome.exit_code == 0
    if options["output"] is not None:
        plain = Look(detail=terminal.detail, level=level)
        _save(render(report, plain), Path(options["output"]))
        render = as_text.render_summary
    if not silent:
        terminal.write(render(report, replace(terminal.look, level=level)))


def _save(text: str, path: Path) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise CommandError(
            f"Cannot write '{path}': {error.strerror}.", returncode=2
        ) from error


VALIDATE = Subcommand(
    "validate",
    "Compare what models and migrations expect with live databases; read-only.",
    add_arguments,
    run,
)
