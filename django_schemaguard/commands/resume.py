"""`schemaguard resume`: settle a migrate run that stopped half-way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.commands import migrate_report
from django_schemaguard.commands.migrate_options import (
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
from django_schemaguard.deploy.resuming import Choice, resume
from django_schemaguard.pipeline import Job

if TYPE_CHECKING:
    import argparse

    from django_schemaguard.commands.terminal import Terminal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    choice = parser.add_mutually_exclusive_group(required=True)
    choice.add_argument(
        "--finish",
        action="store_const",
        const=Choice.FINISH,
        dest="choice",
        help="Do what is left of the migration that failed, then the rest of the run.",
    )
    choice.add_argument(
        "--undo",
        action="store_const",
        const=Choice.UNDO,
        dest="choice",
        help="Undo what stands of the run, where that loses nothing.",
    )
    choice.add_argument(
        "--mark-applied",
        action="store_const",
        const=Choice.MARK_APPLIED,
        dest="choice",
        help="Record the migration that failed, where all its effects are there.",
    )
    parser.add_argument(
        "--database", metavar="ALIAS", help="Database to look at. Default: 'default'."
    )
    add_timeout(parser)
    add_mode(parser)
    add_run_options(parser)
    parser.set_defaults(format="text", output=None, plan=False)


def run(options: Options, terminal: Terminal) -> Outcome:
    """Settle the last run that stopped half-way."""
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
        say = migrate_report.teller(options, terminal)
        request = requested(options, job, alias, say=say, **how_to_run(options))
        result = resume(request, options["choice"])
    migrate_report.report((result,), job, options, terminal)
    return Outcome(result.exit_code, migrate_report.summary(result))


RESUME = Subcommand(
    "resume",
    "Finish, undo or take for done a migrate run that stopped half-way.",
    add_arguments,
    run,
)
