"""`schemaguard diff`: compare any two schemas; read-only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.commands.options import (
    Options,
    add_report_options,
    add_timeout,
    chosen_level,
    chosen_limits,
    chosen_mode,
)
from django_schemaguard.commands.reporting import write_report
from django_schemaguard.commands.subcommand import OF_REPORTS, Outcome, Subcommand
from django_schemaguard.conf import get_settings
from django_schemaguard.conf.names import known_aliases
from django_schemaguard.core.finding import Severity
from django_schemaguard.pipeline import Job
from django_schemaguard.pipeline.differing import differ
from django_schemaguard.reporters import words
from django_schemaguard.reporters.look import WORDS

if TYPE_CHECKING:
    import argparse

    from django_schemaguard.commands.terminal import Terminal

EITHER = "An alias, a snapshot file, 'models' or 'migrations[@APP.NAME]'."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("one", metavar="A", help=f"The yardstick. {EITHER}")
    parser.add_argument("other", metavar="B", help="What is compared with it.")
    parser.add_argument(
        "--database",
        metavar="ALIAS",
        help="Server that 'models' and 'migrations' are worked out for, where neither"
        " A nor B is an alias. Default: 'default'.",
    )
    add_timeout(parser)
    add_report_options(parser, Severity.INFO)


def run(options: Options, terminal: Terminal) -> Outcome:
    """Compare, write the report; 1 where the two differ."""
    settings = get_settings()
    (alias,) = known_aliases(filter(None, [options["database"]]))
    with terminal.progress() as progress:
        job = Job(
            settings=settings,
            mode=chosen_mode(options, settings),
            limits=chosen_limits(options),
            progress=progress,
            trace=terminal.trace,
        )
        report = differ(options["one"], options["other"], job, alias)
    level = chosen_level(options)
    failed = level is not None and report.reaches(level)
    outcome = Outcome(int(failed), words.summary(report, WORDS))
    write_report(report, options, terminal, outcome)
    return outcome


DIFF = Subcommand(
    "diff",
    "Compare any two of: a database, a snapshot, the models, the migrations.",
    add_arguments,
    run,
    OF_REPORTS,
)
