"""What `auto_fix` writes into the project instead of the database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django_schemaguard.commands.subcommand import Outcome
from django_schemaguard.conf.names import known_apps
from django_schemaguard.repair.adopt import adopt
from django_schemaguard.repair.as_migration import as_migrations
from django_schemaguard.reporters.page import Page

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from django_schemaguard.commands.options import Options
    from django_schemaguard.commands.terminal import Terminal
    from django_schemaguard.pipeline import Job
    from django_schemaguard.repair.homes import MigrationFile
    from django_schemaguard.repair.planning import Choices


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument(
        "--as-migration",
        action="store_true",
        help="Write the repair as a migration; change nothing in the database.",
    )
    ways.add_argument(
        "--adopt",
        action="store_true",
        help="Accept what the database has: write migrations, print waivers.",
    )
    parser.add_argument(
        "--into",
        metavar="APP",
        help="The app that takes the migration. Default: each app its own.",
    )
    parser.add_argument(
        "--reason",
        default="accepted as it is",
        help="Why it is accepted, for the waivers of --adopt.",
    )


def migrations(
    aliases: Iterable[str],
    job: Job,
    choices: Choices,
    options: Options,
    terminal: Terminal,
) -> Outcome:
    """Write the repair as migrations."""
    into = known_apps([options["into"]])[0] if options["into"] else None
    written = as_migrations(aliases, job, choices, into)
    files, left_out = written.files, written.left_out
    page = Page(terminal.look)
    if not files and not left_out:
        page.line((f"{terminal.look.marks.passed} Nothing to add.", "green"))
    _write(page, files, dry=options["dry_run"])
    for reason in left_out:
        page.line(f"{terminal.look.marks.warning} Left out: {reason}", hang=3)
    if left_out:
        page.line("'auto_fix --dry-run' tells more of what is left out.")
    terminal.write(page.render())
    return Outcome(1 if left_out else 0)


def adoption(
    aliases: Iterable[str], job: Job, options: Options, terminal: Terminal
) -> Outcome:
    """Write what makes the project agree with its databases."""
    found = adopt(aliases, job, options["reason"])
    page = Page(terminal.look)
    if not (found.changes or found.waivers or found.left):
        page.line((f"{terminal.look.marks.passed} Nothing to accept.", "green"))
    _write(page, found.files, dry=options["dry_run"])
    if found.changes:
        page.line("Change the models, so that they say the same:", hang=2)
    for change in found.changes:
        page.line(change.advice, indent=2, hang=2)
    if found.waivers:
        page.blank()
        page.line("Add to SCHEMAGUARD['IGNORE']:")
    for waiver in found.waivers:
        page.whole(f"{waiver!r},", indent=2)
    for reason in found.left:
        page.line(f"{terminal.look.marks.warning} Not adopted: {reason}", hang=3)
    if found.left:
        page.line("Mend these: 'auto_fix --dry-run' tells how.")
    terminal.write(page.render())
    return Outcome(1 if found.left else 0)


def _write(page: Page, files: Iterable[MigrationFile], *, dry: bool) -> None:
    for file in files:
        if dry:
            page.line((f"{_relative(file.path)} would be written:", "bold"))
            for line in file.text.splitlines():
                page.whole(line, indent=2)
            page.blank()
        else:
            file.write()
            page.line(f"{page.look.marks.passed} Wrote {_relative(file.path)}.")


def _relative(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
