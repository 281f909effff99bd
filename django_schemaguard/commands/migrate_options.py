"""What `migrate` takes on the command line, and what it comes to."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.management.base import CommandError

from django_schemaguard.commands import rollout
from django_schemaguard.commands.options import (
    Options,
    add_database_options,
    add_mode,
    add_output,
    seconds,
)
from django_schemaguard.core.nearest import did_you_mean
from django_schemaguard.deploy.request import Request
from django_schemaguard.deploy.stages import Stage
from django_schemaguard.lint import RULES

if TYPE_CHECKING:
    from django_schemaguard.pipeline import Job

LEVELS = (
    "0: nothing on success; 1: what is done; 2: also lint findings of severity info;"
    " 3: also the SQL of the validations. Default: 1."
)
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
    rollout.add_arguments(parser)


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
    add_output(parser)


def _add_run_options(parser: argparse.ArgumentParser) -> None:
    add_run_options(parser)
    parser.add_argument(
        "--backup",
        nargs="?",
        type=Path,
        const=BACKUPS,
        metavar="DIR",
        help="Back up and verify before anything is changed; no app's label, which goes"
        f" before. Default: '{BACKUPS}'.",
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


def requested(options: Options, job: Job, alias: str, **facts: Any) -> Request:
    """Return the run that the options ask for.

    Args:
        options: Of `migrate`, `resume` or `rollback`.
        job: With the settings.
        alias: The database.
        facts: Further fields of `Request`.
    """
    settings = job.settings
    return Request(
        alias=alias,
        job=job,
        lock_timeout=options["lock_timeout"] or settings.lock_timeout,
        deadline=options["deadline"] or settings.deadline,
        arguments=tuple(sys.argv[1:]),
        **facts,
    )


def _refuse_label(backup: Path | None) -> None:
    """Refuse an app's label that `--backup` has taken for its folder."""
    label = str(backup)
    if label in {config.label for config in apps.get_app_configs()}:
        raise CommandError(
            f"'{label}' is an app, and --backup took it for its folder: put the app"
            f" first ('migrate {label} --backup'), or name another folder with"
            " --backup=DIR.",
            returncode=2,
        )


def what_is_asked(options: Options) -> dict[str, Any]:
    """Return the fields of `Request` that only `migrate` has options for."""
    stage = options["stage"]
    if stage and options["migration_name"]:
        raise CommandError("Give --stage or MIGRATION.", returncode=2)
    _refuse_label(options["backup"])
    return {
        "app": options["app_label"],
        "migration": options["migration_name"],
        "stage": Stage(stage) if stage else None,
        "fake": options["fake"],
        "fake_initial": options["fake_initial"],
        "run_syncdb": options["run_syncdb"],
        "single_transaction": options["single_transaction"],
        "put_back": not options["no_rollback"],
        "backup": options["backup"],
        "interactive": options["interactive"] and sys.stdin.isatty(),
        "verbosity": max(0, int(options["verbosity"]) - 1),
        "traceback": options["traceback"],
    }


def how_to_run(options: Options) -> dict[str, Any]:
    """Return those that `resume` takes, too."""
    return {
        "allow": frozenset(code.upper() for code in options["allow"]),
        "wait": not options["no_wait"],
    }
