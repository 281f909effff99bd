"""`schemaguard migrate`: show, lint and apply pending migrations safely."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.checks.registry import registry
from django.core.management.base import BaseCommand, CommandError, SystemCheckError

from django_schemaguard.checks import check_databases
from django_schemaguard.commands import migrate_report
from django_schemaguard.commands.options import (
    Options,
    add_database_options,
    add_mode,
    chosen_aliases,
    chosen_limits,
    chosen_mode,
    seconds,
)
from django_schemaguard.commands.subcommand import Outcome, Subcommand
from django_schemaguard.conf import get_settings
from django_schemaguard.core.nearest import did_you_mean
from django_schemaguard.deploy.request import Request
from django_schemaguard.deploy.result import Result
from django_schemaguard.deploy.run import migrate, plan
from django_schemaguard.deploy.stages import Stage
from django_schemaguard.exceptions import SchemaguardError
from django_schemaguard.files import write
from django_schemaguard.lint import RULES
from django_schemaguard.pipeline import Job

if TYPE_CHECKING:
    from collections.abc import Callable

    from django_schemaguard.commands.terminal import Terminal
    from django_schemaguard.conf import Settings

BACKUPS = Path("schemaguard-backups")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "app_label", nargs="?", metavar="APP", help="Label of an app. Default: all."
    )
    parser.add_argument(
        "migration_name",
        nargs="?",
        metavar="MIGRATION",
        help="Go to the state after that migration; 'zero' unapplies all of the app.",
    )
    add_database_options(parser)
    _add_plan_options(parser)
    _add_run_options(parser)
    _add_django_options(parser)


def _add_plan_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--plan",
        "--dry-run",
        action="store_true",
        dest="plan",
        help="Show how the migrations stand and what would be run; change nothing.",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="Exit with 1 where migrations are due; change nothing.",
    )
    parser.add_argument(
        "--stage",
        choices=[stage.value for stage in Stage],
        help="Only what is due before the deploy, or all that is left after it.",
    )
    add_mode(parser)
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="Default: text."
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="Write the report there; only its summary goes to the terminal.",
    )


def _add_run_options(parser: argparse.ArgumentParser) -> None:
    add_run_options(parser)
    parser.add_argument(
        "--backup",
        nargs="?",
        type=Path,
        const=BACKUPS,
        metavar="DIR",
        help=f"Back up and verify before anything is changed. Default: '{BACKUPS}'.",
    )
    parser.add_argument(
        "--single-transaction",
        action="store_true",
        help="All migrations or none, where the server can.",
    )
    parser.add_argument(
        "--no-rollback",
        action="store_true",
        help="After a failure, stay where it stopped.",
    )


def _rule(word: str) -> str:
    codes = [rule.code for rule in RULES]
    if word.upper() in codes:
        return word.upper()
    meant = did_you_mean(word, codes)
    raise argparse.ArgumentTypeError(f"No lint rule has the code '{word}'.{meant}")


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """Add what every run that applies migrations takes."""
    parser.add_argument(
        "--allow",
        action="append",
        type=_rule,
        default=[],
        metavar="RULE",
        help="Let what this lint rule finds pass; may be repeated.",
    )
    parser.add_argument(
        "--lock-timeout",
        type=seconds,
        metavar="SECONDS",
        help="Longest wait of one try for a lock; others wait behind it for as long.",
    )
    parser.add_argument(
        "--deadline",
        type=seconds,
        metavar="SECONDS",
        help="Longest wait for another run and for locks, in all.",
    )
    parser.add_argument(
        "--no-wait",
        action="store_true",
        help="Leave with 75 at once where another run is at work.",
    )


def _add_django_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--fake", action="store_true", help="Record migrations without running them."
    )
    parser.add_argument(
        "--fake-initial",
        action="store_true",
        help="Record initial migrations whose tables are there, as they are to be.",
    )
    parser.add_argument(
        "--run-syncdb",
        action="store_true",
        help="Make the tables of apps without migrations.",
    )
    parser.add_argument(
        "--noinput",
        "--no-input",
        action="store_false",
        dest="interactive",
        help="Ask nothing.",
    )
    parser.add_argument(
        "--skip-checks", action="store_true", help="Skip Django's system checks."
    )


def run(options: Options, terminal: Terminal) -> Outcome:
    """Migrate each database in turn; stop at the first that fails."""
    settings = get_settings()
    aliases = chosen_aliases(options, settings)
    if not options["skip_checks"]:
        _check(aliases)
    results: list[Result] = []
    with terminal.progress() as progress:
        job = Job(
            settings=settings,
            mode=chosen_mode(options, settings),
            limits=chosen_limits(options),
            progress=progress,
            trace=terminal.trace,
        )
        for alias in aliases:
            request = _request(options, settings, job, alias, teller(options, terminal))
            results.append(_one(options, request))
            if results[-1].exit_code:
                break
    report(tuple(results), job, options, terminal)
    return Outcome(results[-1].exit_code, migrate_report.summary(results[-1]))


def _check(aliases: tuple[str, ...]) -> None:
    """Run the system checks, as Django's `migrate` does.

    Not our own of the databases: the run validates them itself, before and after.
    """
    registered: set[Any] = registry.registered_checks
    registered.discard(check_databases)
    try:
        BaseCommand().check(databases=list(aliases))
    except SystemCheckError as error:
        raise CommandError(str(error), returncode=2) from error
    finally:
        registered.add(check_databases)


def _one(options: Options, request: Request) -> Result:
    """Return how it went on one database, errors included."""
    try:
        if options["plan"] or options["check"]:
            result = plan(request)
            return migrate_report.due(result) if options["check"] else result
        return migrate(request)
    except SchemaguardError as error:
        return Result(
            request.alias,
            "refused",
            exit_code=error.exit_code,
            message=str(error),
            hint=error.hint,
        )


def _request(
    options: Options,
    settings: Settings,
    job: Job,
    alias: str,
    say: Callable[[str], None],
) -> Request:
    stage = options["stage"]
    if stage and options["migration_name"]:
        raise CommandError("Give --stage or MIGRATION.", returncode=2)
    return Request(
        alias=alias,
        job=job,
        app=options["app_label"],
        migration=options["migration_name"],
        stage=Stage(stage) if stage else None,
        fake=options["fake"],
        fake_initial=options["fake_initial"],
        run_syncdb=options["run_syncdb"],
        single_transaction=options["single_transaction"],
        put_back=not options["no_rollback"],
        backup=options["backup"],
        allow=frozenset(code.upper() for code in options["allow"]),
        lock_timeout=options["lock_timeout"] or settings.lock_timeout,
        deadline=options["deadline"] or settings.deadline,
        wait=not options["no_wait"],
        interactive=options["interactive"] and sys.stdin.isatty(),
        verbosity=max(0, int(options["verbosity"]) - 1),
        traceback=options["traceback"],
        say=say,
        arguments=tuple(sys.argv[1:]),
    )


def teller(options: Options, terminal: Terminal) -> Callable[[str], None]:
    """Return what writes the lines of progress, where they do not spoil a report."""
    if options["format"] != "text" or terminal.detail == 0:
        return lambda _: None
    return lambda line: terminal.write(f"{terminal.look.fitted(line)}\n")


def report(
    results: tuple[Result, ...], job: Job, options: Options, terminal: Terminal
) -> None:
    """Write how it went, where and as it was asked for."""
    as_json = options["format"] == "json"
    mode = job.mode.value
    if options["output"] is not None:
        text = migrate_report.as_json(results, mode) if as_json else None
        plain = migrate_report.plain()
        write(
            Path(options["output"]),
            text or migrate_report.as_text(results, plain, full=options["plan"]),
        )
    elif as_json:
        terminal.write(migrate_report.as_json(results, mode))
        return
    silent = terminal.detail == 0 and not results[-1].exit_code
    if not silent:
        brief = options["output"] is not None
        full = options["plan"] and not brief
        terminal.write(migrate_report.as_text(results, terminal.look, full=full))


MIGRATE = Subcommand(
    "migrate",
    "Show, lint and apply pending migrations, verify, and put back what fails.",
    add_arguments,
    run,
)
