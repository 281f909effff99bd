"""`schemaguard auto_fix`: add what is missing, with care, and write it down."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.management.base import CommandError

from django_schemaguard.commands import auto_fix_files as files
from django_schemaguard.commands import auto_fix_report as report
from django_schemaguard.commands import rollout
from django_schemaguard.commands.auto_fix_members import Repairs, forbidden
from django_schemaguard.commands.halfway import tell_halfway
from django_schemaguard.commands.options import (
    Options,
    add_database_options,
    add_mode,
    add_patience,
    chosen_aliases,
    chosen_limits,
    chosen_mode,
)
from django_schemaguard.commands.subcommand import Outcome, Subcommand, worst
from django_schemaguard.conf import get_settings
from django_schemaguard.conf.names import known_apps
from django_schemaguard.core.rules import Mode
from django_schemaguard.exceptions import NotPermitted, SchemaguardError
from django_schemaguard.executor.place import quiet
from django_schemaguard.pipeline import Job
from django_schemaguard.repair.planning import Choices, plan
from django_schemaguard.repair.running import Pace, perform

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from django_schemaguard.commands.terminal import Terminal
    from django_schemaguard.conf import Settings
    from django_schemaguard.core.plan import Plan


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "apps", nargs="*", metavar="APP", help="Label of an app. Default: all apps."
    )
    add_database_options(parser)
    add_mode(parser)
    add_patience(parser)
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="Print each statement and its reverse; change nothing.",
    )
    parser.add_argument(
        "--yes", action="store_true", help="Do not ask, in production either."
    )
    parser.add_argument(
        "--backfill",
        action="store_true",
        help="Give existing rows their values, in batches, where each needs its own.",
    )
    parser.add_argument(
        "--invent",
        action="store_true",
        help="Let existing rows have values that nobody entered, such as a time.",
    )
    parser.add_argument(
        "--keep-default",
        action="store_true",
        help="Keep the defaults that fill existing rows, while old code still runs.",
    )
    parser.add_argument(
        "--accept-rewrite",
        action="store_true",
        help="Let a large table be rewritten under a lock that keeps everybody out.",
    )
    files.add_arguments(parser)
    rollout.add_arguments(parser)
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="Default: text."
    )


@dataclass(frozen=True, slots=True)
class _Wish:
    """What was asked for."""

    options: Options
    settings: Settings
    mode: Mode
    choices: Choices
    terminal: Terminal

    @property
    def text(self) -> bool:
        return bool(self.options["format"] == "text")

    def job(self) -> Job:
        return Job(
            settings=self.settings,
            mode=self.mode,
            apps=self.choices.apps,
            limits=chosen_limits(self.options),
            trace=self.terminal.trace,
        )


def run(options: Options, terminal: Terminal) -> Outcome:
    """Plan and repair each database in turn."""
    settings = get_settings()
    wish = _Wish(
        options=options,
        settings=settings,
        mode=chosen_mode(options, settings),
        choices=_choices(options),
        terminal=terminal,
    )
    aliases = chosen_aliases(options, settings)
    many = rollout.is_asked_for(options)
    if many and (options["as_migration"] or options["adopt"]):
        raise CommandError(
            "--as-migration and --adopt write into the project, for all schemas alike:"
            " leave --schemas and --group out.",
            returncode=2,
        )
    if options["as_migration"]:
        return files.migrations(aliases, wish.job(), wish.choices, options, terminal)
    if options["adopt"]:
        return files.adoption(aliases, wish.job(), options, terminal)
    if many:
        return _many(aliases, wish)
    repairs = [_one(alias, wish) for alias in aliases]
    if not wish.text:
        terminal.write(report.as_json(wish.mode.value, repairs))
    return _judged(repairs)


def _many(aliases: tuple[str, ...], wish: _Wish) -> Outcome:
    options, terminal = wish.options, wish.terminal
    task = Repairs(
        wish.choices,
        _pace(wish, quiet),
        terminal.look,
        dry=options["dry_run"],
        asks=wish.mode is Mode.PRODUCTION and not options["yes"],
    )
    return rollout.run(task, aliases, wish.job(), options, terminal)


def _choices(options: Options) -> Choices:
    return Choices(
        apps=frozenset(known_apps(options["apps"])),
        backfill=options["backfill"],
        invent=options["invent"],
        keep_default=options["keep_default"],
        accept_rewrite=options["accept_rewrite"],
    )


def _one(alias: str, wish: _Wish) -> report.Told:
    try:
        with wish.terminal.progress() as progress:
            progress(f"{alias}: comparing")
            made = plan(alias, wish.job(), wish.choices)
        return _acted(made, wish)
    except SchemaguardError as error:
        if wish.text:
            wish.terminal.write(report.failure(alias, error, wish.terminal.look))
        return report.Told(alias, error=error, code=error.exit_code)


def _acted(made: Plan, wish: _Wish) -> report.Told:
    terminal, look = wish.terminal, wish.terminal.look
    if wish.options["dry_run"]:
        lacking = forbidden(made)
        if wish.text:
            terminal.write(report.dry(made, lacking, look))
        left = (*made.pending, *(it.verdict for it in made.refusals))
        tell_halfway(made.alias, left, terminal)
        return report.Told(made.alias, made, dry=True, forbidden=lacking)
    if made.steps:
        _ask(made, wish)
    with terminal.progress() as progress:
        repair = perform(made, wish.job(), wish.choices, _pace(wish, progress))
    failure = repair.failure
    code = failure.exit_code if failure else report.errors_left(repair.plan)
    if wish.text and not (terminal.detail == 0 and code == 0):
        terminal.write(report.repaired(repair, look))
    return report.Told(made.alias, repair.plan, repair, code=code)


def _ask(made: Plan, wish: _Wish) -> None:
    """Go on only where somebody agreed, in production.

    Raises:
        NotPermitted: Nobody did.
    """
    if wish.options["yes"] or wish.mode is not Mode.PRODUCTION:
        return
    hint = "Give --yes to apply it unasked, or --dry-run to see it."
    if not (wish.terminal.interactive and wish.text):
        raise NotPermitted("In production, nothing is changed unasked.", hint)
    wish.terminal.write(report.planned(made, wish.terminal.look))
    if not wish.terminal.confirmed(f"Apply this to database '{made.alias}'?"):
        raise NotPermitted("Nothing was done.", hint)


def _pace(wish: _Wish, progress: report.Say) -> Pace:
    options, settings = wish.options, wish.settings
    return Pace(
        deadline=options["deadline"] or settings.deadline,
        lock_timeout=options["lock_timeout"] or settings.lock_timeout,
        progress=progress,
        arguments=sys.argv[1:],
    )


def _judged(repairs: Sequence[report.Told]) -> Outcome:
    code = worst({it.code for it in repairs})
    return Outcome(code, f"auto_fix ended with {code}." if code else "")


AUTO_FIX = Subcommand(
    "auto_fix",
    "Add what is missing from a database, without losing or locking anything.",
    add_arguments,
    run,
    "0: nothing on success; 1: what is done; 3: also the SQL of the validations."
    " Default: 1.",
)
