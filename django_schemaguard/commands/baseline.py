"""`validate --baseline`: report only what is new."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.management.base import CommandError

from django_schemaguard.core.baseline import Baseline, MalformedBaseline, dump, load
from django_schemaguard.exceptions import UnusableFile
from django_schemaguard.files import read, write
from django_schemaguard.reporters import words

if TYPE_CHECKING:
    import argparse

    from django_schemaguard.commands.options import Options
    from django_schemaguard.commands.terminal import Terminal
    from django_schemaguard.core.report import Report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--baseline",
        type=Path,
        metavar="FILE",
        help="Report only findings that are not in FILE; where there is no such file,"
        " write today's findings to it.",
    )
    parser.add_argument(
        "--update-baseline",
        action="store_true",
        help="Write today's findings to the file of --baseline.",
    )


def check(options: Options) -> None:
    """Refuse options that do not go together, before anything is read."""
    if not options["update_baseline"]:
        return
    if options["baseline"] is None:
        raise CommandError("--update-baseline needs --baseline FILE.", returncode=2)
    if options["apps"]:
        raise CommandError(
            "--update-baseline is for all apps; leave out their labels.", returncode=2
        )


def news(report: Report, options: Options, terminal: Terminal) -> Report:
    """Return the report without what the baseline knows; make or renew the file.

    Nothing is written where a database could not be validated: its findings are
    not known.

    Raises:
        UnusableFile: The file cannot be read or written, or is no baseline.
    """
    if options["baseline"] is None:
        return report
    path = Path(options["baseline"])
    missing = not path.exists()
    baseline = Baseline() if missing else _read(path)
    due = missing or options["update_baseline"]
    if due and not options["apps"] and report.reachable:
        baseline = baseline.updated(report)
        write(path, dump(baseline))
        written = words.count(len(baseline.accepted), "finding")
        what = f"a new baseline, which accepts {written}," if missing else written
        terminal.note(f"Wrote {what} to '{path}'.")
    report = baseline.hide(report)
    return _without_vanished(report) if options["apps"] else report


def _read(path: Path) -> Baseline:
    try:
        return load(read(path))
    except MalformedBaseline as error:
        raise UnusableFile(
            f"Baseline '{path}' {error}.",
            "Restore it, or delete it to accept today's findings.",
        ) from error


def _without_vanished(report: Report) -> Report:
    """Return the report without what other apps' tables may still have."""
    databases = (replace(database, vanished=()) for database in report.databases)
    return replace(report, databases=tuple(databases))
