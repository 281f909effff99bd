"""`schemaguard resume`: settle a migrate run that stopped half-way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import connections

from django_schemaguard.backends.connect import connect
from django_schemaguard.commands import migrate_report
from django_schemaguard.commands.in_schema import add_schema, in_schema
from django_schemaguard.commands.migrate_options import (
    LEVELS,
    add_run_options,
    how_to_run,
    requested,
)
from django_schemaguard.commands.options import (
    Options,
    add_mode,
    add_timeout,
    chosen_limits,
    chosen_mode,
)
from django_schemaguard.commands.subcommand import Outcome, Subcommand
from django_schemaguard.conf import get_settings
from django_schemaguard.conf.names import known_aliases
from django_schemaguard.deploy.asking import how_it_stands
from django_schemaguard.deploy.resuming import doubt, resume
from django_schemaguard.deploy.ways import Choice
from django_schemaguard.exceptions import NotPermitted
from django_schemaguard.pipeline import Job
from django_schemaguard.tenants.focus import focused

if TYPE_CHECKING:
    import argparse

    from django_schemaguard.commands.terminal import Terminal


_HELP = {
    Choice.FINISH: "Do what is left of the migration that failed, then of the run.",
    Choice.RERUN: "The same; run again the RunPython or RunSQL at which it stopped.",
    Choice.SKIP: "The same; take that RunPython or RunSQL for done.",
    Choice.UNDO: "Undo what stands of the run, where that loses nothing.",
    Choice.MARK_APPLIED: "Record the migration, where all its effects are there.",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    choice = parser.add_mutually_exclusive_group()
    for each, said in _HELP.items():
        choice.add_argument(
            f"--{each.value}",
            action="store_const",
            const=each,
            dest="choice",
            help=said,
        )
    parser.add_argument(
        "--yes", action="store_true", help="Take it for applied without asking."
    )
    parser.add_argument(
        "--database", metavar="ALIAS", help="Database to look at. Default: 'default'."
    )
    add_schema(parser)
    add_timeout(parser)
    add_mode(parser)
    add_run_options(parser)
    parser.set_defaults(format="text", output=None, plan=False)


@in_schema
def run(options: Options, terminal: Terminal) -> Outcome:
    """Settle the last run that stopped half-way."""
    settings = get_settings()
    (alias,) = known_aliases(filter(None, [options["database"]]))
    job = Job(
        settings=settings,
        mode=chosen_mode(options, settings),
        limits=chosen_limits(options),
        trace=terminal.trace,
    )
    if options["choice"] is None:
        connect(connections[alias], job.limits.connect_seconds)
        raise how_it_stands(connections[alias])
    job = focused(job, connections[alias])
    say = migrate_report.teller(options, terminal)
    request = requested(options, job, alias, say=say, **how_to_run(options))
    if options["choice"] is Choice.MARK_APPLIED and not options["yes"]:
        _ask(doubt(request), terminal)
    with terminal.progress() as progress:
        request = replace(request, job=replace(job, progress=progress))
        result = resume(request, options["choice"])
    migrate_report.report((result,), job, options, terminal)
    return Outcome(result.exit_code, migrate_report.summary(result))


def _ask(doubt: str, terminal: Terminal) -> None:
    """Ask where something speaks against it."""
    if not doubt:
        return
    hint = "Give --yes to take it for applied all the same."
    if not terminal.interactive:
        raise NotPermitted(doubt, hint)
    if not terminal.confirmed(f"{doubt} Take the migration for applied?"):
        raise NotPermitted("Nothing was done.", hint)


RESUME = Subcommand(
    "resume",
    "Finish, undo or take for done a migrate run that stopped half-way.",
    add_arguments,
    run,
    LEVELS,
)
