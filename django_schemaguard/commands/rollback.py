"""`schemaguard rollback`: undo a run of repairs or of migrations."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from django.db import connections

from django_schemaguard.backends.connect import connect
from django_schemaguard.commands import rollback_migrate
from django_schemaguard.commands.in_schema import add_schema, in_schema
from django_schemaguard.commands.options import (
    Options,
    add_mode,
    add_patience,
    add_timeout,
    chosen_limits,
    chosen_mode,
    run_number,
)
from django_schemaguard.commands.subcommand import Outcome, Subcommand
from django_schemaguard.conf import get_settings
from django_schemaguard.conf.names import known_aliases
from django_schemaguard.core.fingerprint import fingerprint
from django_schemaguard.core.rules import Mode
from django_schemaguard.core.snapshot import ACTUAL
from django_schemaguard.exceptions import NotPermitted
from django_schemaguard.executor.deadline import Deadline
from django_schemaguard.executor.lock import run_lock
from django_schemaguard.executor.place import Place
from django_schemaguard.executor.resume import settle_unfinished
from django_schemaguard.executor.rollback import (
    find_run,
    look,
    part,
    refuse,
    roll_back,
    staying,
)
from django_schemaguard.executor.tables import have_tables
from django_schemaguard.pipeline import Job
from django_schemaguard.pipeline.taking import take
from django_schemaguard.reporters.page import Page
from django_schemaguard.tenants.focus import focused

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.commands.terminal import Terminal
    from django_schemaguard.executor.rollback import Reversal
    from django_schemaguard.models import Run, Step


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "run_number",
        nargs="?",
        type=run_number,
        metavar="RUN",
        help="Number of the run, in 'history'. Default: the last, if of repairs.",
    )
    parser.add_argument(
        "--database", metavar="ALIAS", help="Database to look at. Default: 'default'."
    )
    add_schema(parser)
    add_timeout(parser)
    add_mode(parser)
    add_patience(parser)
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="Print each statement and what stands in the way; change nothing.",
    )
    parser.add_argument(
        "--skip-blocked",
        action="store_true",
        help="Leave the steps of repairs that cannot be undone, and undo the others.",
    )
    parser.add_argument(
        "--yes", action="store_true", help="Do not ask, in production either."
    )


@in_schema
def run(options: Options, terminal: Terminal) -> Outcome:
    """Undo the run, or show what that would do."""
    settings = get_settings()
    (alias,) = known_aliases(filter(None, [options["database"]]))
    connection = connections[alias]
    connect(connection, chosen_limits(options).connect_seconds)
    if not have_tables(connection):
        where = f"database '{alias}'"
        if options["schema"]:
            where = f"schema '{options['schema']}' of {where}"
        text = f"{where[0].upper()}{where[1:]} has no journal of any run."
        raise NotPermitted(text)
    migrated = rollback_migrate.find(connection, options["run_number"])
    if migrated is not None and options["skip_blocked"]:
        raise NotPermitted(
            "--skip-blocked is for runs of repairs.",
            "A run of migrations is undone as a whole.",
        )
    if migrated is not None:
        ask = partial(_ask, migrated, options, terminal, chosen_mode(options, settings))
        return rollback_migrate.run(migrated, connection, options, terminal, ask)
    return _repairs(connection, options, terminal)


def _repairs(
    connection: BaseDatabaseWrapper, options: Options, terminal: Terminal
) -> Outcome:
    settings = get_settings()
    deadline = Deadline(options["deadline"] or settings.deadline)
    lock_ms = round((options["lock_timeout"] or settings.lock_timeout) * 1000)
    with run_lock(connection, deadline) as lock, terminal.progress() as progress:
        place = Place.at(lock, deadline, lock_ms, progress)
        found = find_run(place.journal, options["run_number"])
        if options["dry_run"]:
            return _shown(found, place, options, terminal)
        settle_unfinished(place)
        steps, stay = _seen(place, found, options)
        refuse(steps, found, stay)
    _ask(found, options, terminal, chosen_mode(options, settings))
    deadline = Deadline(options["deadline"] or settings.deadline)
    with run_lock(connection, deadline) as lock, terminal.progress() as progress:
        place = Place.at(lock, deadline, lock_ms, progress)
        skip = options["skip_blocked"]
        done = roll_back(place, found, sys.argv[1:], skip_blocked=skip)
        place.journal.version(done, _fingerprint(connection, options))
    if not terminal.detail:
        return Outcome()
    page, mark = Page(terminal.look), terminal.look.marks.passed
    page.line(f"{mark} Run {found.pk} is undone, as run {done.pk}.")
    _stays(page, stay)
    terminal.write(page.render())
    return Outcome()


def _fingerprint(connection: BaseDatabaseWrapper, options: Options) -> str:
    settings = get_settings()
    mode, limits = chosen_mode(options, settings), chosen_limits(options)
    job = focused(Job(settings, mode, limits=limits), connection)
    return fingerprint(take(connection.alias, ACTUAL, job).schema)


def _ask(found: Run, options: Options, terminal: Terminal, mode: Mode) -> None:
    if options["yes"] or mode is not Mode.PRODUCTION:
        return
    hint = "Give --yes to undo it unasked, or --dry-run to see how."
    if not terminal.interactive:
        raise NotPermitted("In production, nothing is changed unasked.", hint)
    question = f"Undo run {found.pk} of database '{found.alias}'?"
    if not terminal.confirmed(question):
        raise NotPermitted("Nothing was done.", hint)


def _seen(
    place: Place, found: Run, options: Options
) -> tuple[tuple[Reversal, ...], tuple[tuple[Step, str], ...]]:
    """Return the steps back, and those that stay, each with the reason."""
    stay = staying(place, found)
    if not options["skip_blocked"]:
        return look(place, found), stay
    entries, blocked = part(place, found)
    return look(place, found, entries), (*stay, *blocked)


def _shown(found: Run, place: Place, options: Options, terminal: Terminal) -> Outcome:
    steps, stay = _seen(place, found, options)
    refuse((), found, () if steps else stay)
    page = Page(terminal.look)
    page.line((f"Undoing run {found.pk} would run", "bold"), ":")
    for step in steps:
        page.blank()
        page.line(f"{step.entry.position}. {step.entry}", indent=2)
        for statement in step.entry.reverse:
            for line in f"{statement};".splitlines():
                page.line(line, indent=5, hang=4)
        if step.obstacle:
            page.line(
                (f"{terminal.look.marks.error} {step.obstacle}", "bold red"),
                indent=5,
                hang=3,
            )
    _stays(page, stay)
    terminal.write(page.render())
    refuse(steps, found)
    return Outcome()


def _stays(page: Page, steps: Sequence[tuple[Step, str]]) -> None:
    """Say what is not undone."""
    for entry, why in steps:
        page.line(f"Step {entry.position} stays ({entry}): {why}.", hang=2)


ROLLBACK = Subcommand(
    "rollback",
    "Undo a run of auto_fix, sync or migrate, where nothing would be lost.",
    add_arguments,
    run,
    "0: nothing on success; 1: what is done. Default: 1.",
)
