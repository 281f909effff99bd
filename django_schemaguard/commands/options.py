"""Options that several subcommands share, and what they come to."""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from django.core.management.base import CommandError

from django_schemaguard.backends.base import Limits
from django_schemaguard.conf.databases import guarded_aliases
from django_schemaguard.conf.names import known_aliases
from django_schemaguard.core.command_lines import DEFAULT
from django_schemaguard.core.finding import Severity
from django_schemaguard.core.rules import Mode
from django_schemaguard.reporters import REPORTERS

if TYPE_CHECKING:
    from django_schemaguard.conf import Settings

Options: TypeAlias = Mapping[str, Any]

NEVER = "never"


def add_database_options(parser: argparse.ArgumentParser) -> None:
    """Add the choice of databases, and how long to wait for them."""
    parser.add_argument(
        "--database",
        action="append",
        metavar="ALIAS",
        help="Database to look at; may be repeated. Default: 'default'.",
    )
    parser.add_argument(
        "--all-databases",
        action="store_true",
        help="All of SCHEMAGUARD['DATABASES'], by default all that have models.",
    )
    add_timeout(parser)


def add_timeout(parser: argparse.ArgumentParser) -> None:
    """Add how long to wait for a server."""
    parser.add_argument(
        "--timeout",
        type=seconds,
        metavar="SECONDS",
        help="Longest wait for a connection, and for each statement.",
    )


def add_mode(parser: argparse.ArgumentParser) -> None:
    """Add how strict to be."""
    parser.add_argument(
        "--mode", choices=[mode.value for mode in Mode], help="How strict to be."
    )
    parser.add_argument(
        "--production", action="store_true", help="The same as --mode production."
    )


def add_patience(parser: argparse.ArgumentParser) -> None:
    """Add how long to wait for locks, and for all of it."""
    parser.add_argument(
        "--lock-timeout",
        type=seconds,
        metavar="SECONDS",
        help="Longest wait of one try for a lock; others wait behind it for as long.",
    )
    parser.add_argument(
        "--deadline", type=seconds, metavar="SECONDS", help="Bound of the whole run."
    )


def add_output(parser: argparse.ArgumentParser) -> None:
    """Add where a report goes."""
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="Write the report there; only its summary goes to the terminal.",
    )


def add_report_options(
    parser: argparse.ArgumentParser, level: Severity = Severity.ERROR
) -> None:
    """Add how findings are judged and reported; `level` is what fails by default."""
    add_mode(parser)
    parser.add_argument(
        "--format", choices=list(REPORTERS), default="text", help="Default: text."
    )
    add_output(parser)
    parser.add_argument(
        "--fail-level",
        choices=[*(s.word for s in sorted(Severity, reverse=True)), NEVER],
        default=level.word,
        help=f"Severity from which on the exit code is 1. Default: {level.word}.",
    )


def chosen_aliases(options: Options, settings: Settings) -> tuple[str, ...]:
    """Return the aliases asked for, each once.

    Raises:
        UnknownName: DATABASES has no such alias.
    """
    named = options["database"] or ()
    if isinstance(named, str):  # As call_command may give it.
        named = (named,)
    if options["all_databases"]:
        if named:
            raise CommandError("Give --database or --all-databases.", returncode=2)
        return guarded_aliases(settings)
    return known_aliases(named)


def place_of(options: Options) -> tuple[str, tuple[str, ...]]:
    """Return the one alias and the schemas that a command was given, for its hints."""
    given = options.get("database") or options.get("alias") or DEFAULT
    alias = given if isinstance(given, str) else given[0] if len(given) == 1 else ""
    one = options.get("schema")
    return alias, ((one,) if one else tuple(options.get("schemas") or ()))


def chosen_mode(options: Options, settings: Settings) -> Mode:
    """Return the mode asked for, else that of the settings."""
    given = Mode(options["mode"]) if options["mode"] else None
    if not options["production"]:
        return given or settings.mode
    if given is Mode.DEVELOPMENT:
        raise CommandError("Give --mode or --production.", returncode=2)
    return Mode.PRODUCTION


def chosen_limits(options: Options) -> Limits:
    """Return how long to wait for the server."""
    seconds = options["timeout"]
    return Limits() if seconds is None else Limits.of(seconds)


def chosen_level(options: Options) -> Severity | None:
    """Return the severity from which on the run has failed; None for never."""
    word = options["fail_level"]
    return None if word == NEVER else Severity[word.upper()]


def add_wait(parser: argparse.ArgumentParser) -> None:
    """Add how long to look again until all is well."""
    parser.add_argument(
        "--wait",
        type=seconds,
        metavar="SECONDS",
        help="Look again each second until all is well, for so long at most.",
    )


def run_number(text: str) -> int:
    """Read the number of a run from the command line."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"'{text}' is no number of a run; 'manage.py schemaguard history' lists"
            " them."
        ) from None


def seconds(text: str) -> float:
    """Read a number of seconds above 0 from the command line."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number > 0):
        raise argparse.ArgumentTypeError(f"'{text}' is no number of seconds above 0.")
    return number
