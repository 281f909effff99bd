"""`schemaguard snapshot`: write a schema as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django_schemaguard.commands.options import (
    Options,
    add_timeout,
    chosen_limits,
)
from django_schemaguard.commands.subcommand import Outcome, Subcommand
from django_schemaguard.conf import get_settings
from django_schemaguard.conf.names import known_aliases
from django_schemaguard.core.snapshot import ACTUAL, EXPECTED, dump
from django_schemaguard.files import write
from django_schemaguard.pipeline import Job
from django_schemaguard.pipeline.taking import take

if TYPE_CHECKING:
    import argparse

    from django_schemaguard.commands.terminal import Terminal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="Default: the terminal."
    )
    parser.add_argument(
        "--expected",
        action="store_true",
        help="What all migrations make, for 'validate --against' and SNAPSHOT,"
        " instead of what the database holds.",
    )
    parser.add_argument(
        "--database", metavar="ALIAS", help="Database to look at. Default: 'default'."
    )
    add_timeout(parser)


def run(options: Options, terminal: Terminal) -> Outcome:
    """Write the snapshot."""
    settings = get_settings()
    (alias,) = known_aliases(filter(None, [options["database"]]))
    job = Job(settings=settings, mode=settings.mode, limits=chosen_limits(options))
    side = EXPECTED if options["expected"] else ACTUAL
    text = dump(take(alias, side, job))
    if options["file"] is None:
        terminal.write(text)
    else:
        write(Path(options["file"]), text)
        terminal.note(f"Wrote the {side} schema of '{alias}' to '{options['file']}'.")
    return Outcome()


SNAPSHOT = Subcommand(
    "snapshot",
    "Write the actual or the expected schema as JSON; read-only.",
    add_arguments,
    run,
)
