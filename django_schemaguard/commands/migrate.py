"""`schemaguard migrate`: show, lint and apply pending migrations safely."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.checks.registry import registry
from django.core.management.base import BaseCommand, CommandError, SystemCheckError
from django.db import connections

from django_schemaguard.backends.sqlite.access import is_absent
from django_schemaguard.checks import check_databases
from django_schemaguard.commands import migrate_report, rollout
from django_schemaguard.commands.migrate_members import Migrations
from django_schemaguard.commands.migrate_options import (
    LEVELS,
    add_arguments,
    how_to_run,
    requested,
    what_is_asked,
)
from django_schemaguard.commands.options import (
    Options,
    chosen_aliases,
    chosen_limits,
    chosen_mode,
)
from django_schemaguard.commands.rollout_report import look_of
from django_schemaguard.commands.subcommand import Outcome, Subcommand
from django_schemaguard.conf import get_settings
from django_schemaguard.deploy.preview import plan
from django_schemaguard.deploy.result import Result
from django_schemaguard.deploy.run import migrate
from django_schemaguard.exceptions import SchemaguardError
from django_schemaguard.pipeline import Job

if TYPE_CHECKING:
    from django_schemaguard.commands.terminal import Terminal
    from django_schemaguard.deploy.request import Request


def run(options: Options, terminal: Terminal) -> Outcome:
    """Migrate each database in turn; stop at the first that fails."""
    settings = get_settings()
    aliases = chosen_aliases(options, settings)
    if not options["skip_checks"]:
        _check(_to_check(aliases, options))
    if rollout.is_asked_for(options):
        return _many(aliases, options, terminal)
    results: list[Result] = []
    with terminal.progress() as progress:
        job = Job(
            settings=settings,
            mode=chosen_mode(options, settings),
            limits=chosen_limits(options),
            progress=progress,
            trace=terminal.trace,
        )
        facts = {**what_is_asked(options), **how_to_run(options)}
        say = migrate_report.teller(options, terminal)
        for alias in aliases:
            request = requested(options, job, alias, say=say, **facts)
            results.append(_one(options, request))
            if results[-1].exit_code:
                break
    migrate_report.report(tuple(results), job, options, terminal)
    return Outcome(results[-1].exit_code, migrate_report.summary(results[-1]))


def _many(aliases: tuple[str, ...], options: Options, terminal: Terminal) -> Outcome:
    if options["schemas"] and options["backup"]:
        raise CommandError(
            "Give --backup without --schemas: it saves the whole database, once.",
            returncode=2,
        )
    settings = get_settings()
    job = Job(
        settings=settings,
        mode=chosen_mode(options, settings),
        limits=chosen_limits(options),
        trace=terminal.trace,
    )
    facts = {**what_is_asked(options), **how_to_run(options)}
    request_for = partial(_request, options, facts)
    check = options["check"]
    dry = options["plan"] or check
    look = look_of(options, terminal)
    task = Migrations(request_for, look, dry=dry, check=check)
    return rollout.run(task, aliases, job, options, terminal)


def _request(options: Options, facts: dict[str, Any], alias: str, job: Job) -> Request:
    return requested(options, job, alias, **facts)


def _to_check(aliases: tuple[str, ...], options: Options) -> tuple[str, ...]:
    """Leave out the files that a check would make where nothing is to be changed."""
    if not (options["plan"] or options["check"]):
        return aliases
    return tuple(alias for alias in aliases if not is_absent(connections[alias]))


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
            return migrate_report.checked(result) if options["check"] else result
        return migrate(request)
    except SchemaguardError as error:
        return Result(
            request.alias,
            "refused",
            exit_code=error.exit_code,
            message=str(error),
            hint=error.hint,
        )


MIGRATE = Subcommand(
    "migrate",
    "Show, lint and apply pending migrations, verify, and put back what fails.",
    add_arguments,
    run,
    LEVELS,
)
