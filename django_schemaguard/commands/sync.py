"""`schemaguard sync`: add to one database what another one has."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from django_schemaguard.commands import auto_fix_report as report
from django_schemaguard.commands.options import (
    Options,
    add_mode,
    add_patience,
    add_timeout,
    chosen_limits,
    chosen_mode,
)
from django_schemaguard.commands.subcommand import Outcome, Subcommand
from django_schemaguard.conf import get_settings
from django_schemaguard.conf.names import known_aliases
from django_schemaguard.pipeline import Job
from django_schemaguard.repair.planning import Choices
from django_schemaguard.repair.running import Pace, perform
from django_schemaguard.repair.syncing import Sync
from django_schemaguard.reporters.plan_as_text import ADDITION

if TYPE_CHECKING:
    import argparse

    from django_schemaguard.commands.terminal import Terminal
    from django_schemaguard.conf import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--from",
        dest="source",
        required=True,
        metavar="A",
        help="What to bring it to: an alias, or a snapshot of a database.",
    )
    parser.add_argument(
        "--to", dest="alias", required=True, metavar="ALIAS", help="What is changed."
    )
    parser.add_argument(
        "--yes", action="store_true", help="Apply it; without it, only say what is due."
    )
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="Default: text."
    )
    add_mode(parser)
    add_patience(parser)
    add_timeout(parser)


def run(options: Options, terminal: Terminal) -> Outcome:
    """Plan, and with --yes apply; 1 where something is left that differs."""
    settings = get_settings()
    (alias,) = known_aliases([options["alias"]])
    job = Job(
        settings=settings,
        mode=chosen_mode(options, settings),
        limits=chosen_limits(options),
        trace=terminal.trace,
    )
    act = _apply if options["yes"] else _show
    told, code = act(alias, job, options, terminal)
    if options["format"] == "json":
        terminal.write(report.as_json(job.mode.value, [told]))
    return Outcome(code, f"sync ended with {code}." if code else "")


def _show(
    alias: str, job: Job, options: Options, terminal: Terminal
) -> tuple[report.Told, int]:
    made = Sync(options["source"])(alias, job, Choices())
    if options["format"] == "text":
        terminal.write(report.planned(made, terminal.look, ADDITION))
        if made.steps:
            terminal.write("Nothing was changed; --yes applies it.\n")
    code = int(bool(made.steps or made.refusals))
    return report.Told(alias, made, dry=True, code=code), code


def _apply(
    alias: str, job: Job, options: Options, terminal: Terminal
) -> tuple[report.Told, int]:
    planner = Sync(options["source"])
    made = planner(alias, job, Choices())
    with terminal.progress() as progress:
        pace = _pace(planner, options, job.settings, progress)
        repair = perform(made, job, Choices(), pace)
    if options["format"] == "text":
        terminal.write(report.repaired(repair, terminal.look, ADDITION))
    left = int(bool(repair.plan.refusals))
    code = repair.failure.exit_code if repair.failure else left
    return report.Told(alias, repair.plan, repair, code=code), code


def _pace(
    planner: Sync, options: Options, settings: Settings, progress: report.Say
) -> Pace:
    return Pace(
        deadline=options["deadline"] or settings.deadline,
        lock_timeout=options["lock_timeout"] or settings.lock_timeout,
        progress=progress,
        arguments=sys.argv[1:],
        command="sync",
        planner=planner,
    )


SYNC = Subcommand(
    "sync",
    "Add to one database what another one has; a dry run without --yes.",
    add_arguments,
    run,
    "3: also the SQL that reads both schemas. Default: 1.",
)
