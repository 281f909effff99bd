"""`schemaguard migrate`: show, lint and apply pending migrations safely."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.checks.registry import registry
from django.core.management.base import BaseCommand, CommandError, SystemCheckError
from django.db import connections

from django_schemaguard.backends.connect import connect
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
from django_schemaguard.commands.subcommand import Outcome, Subcommand, worst
from django_schemaguard.conf import get_settings
from django_schemaguard.deploy.preview import plan
from django_schemaguard.deploy.result import Result
from django_schemaguard.deploy.run import migrate
from django_schemaguard.exceptions import DatabaseUnreachable, SchemaguardError
from django_schemaguard.pipeline import Job

if TYPE_CHECKING:
    from django_schemaguard.commands.terminal import Terminal
    from django_schemaguard.deploy.request import Request


def run(options: Options, terminal: Terminal) -> Outcome:
    """Migrate each database in turn; stop at the first that fails.

    Where nothing is to be changed, all of them are looked at.
    """
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
            if results[-1].exit_code and not _is_dry(options):
                break
    migrate_report.report(tuple(results), job, options, terminal)
    code = worst({it.exit_code for it in results})
    telling = next(it for it in results if it.exit_code == code)
    return Outcome(code, migrate_report.summary(telling))


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
    look = look_of(options, terminal)
    dry, check = _is_dry(options), options["check"]
    task = Migrations(request_for, look, dry=dry, check=check)
    return rollout.run(task, aliases, job, options, terminal)


def _request(options: Options, facts: dict[str, Any], alias: str, job: Job) -> Request:
    return requested(options, job, alias, **facts)


def _is_dry(options: Options) -> bool:
    """Return whether nothing is to be changed."""
    return bool(options["plan"] or options["check"])


def _to_check(aliases: tuple[str, ...], options: Options) -> tuple[str, ...]:
    """Return the databases that the system checks may ask.

    They would make a file that is absent, which a look may not. One that cannot be
    reached is told when its turn comes.
    """
    limits = chosen_limits(options)

    def may_be_asked(alias: str) -> bool:
        connection = connections[alias]
        if is_absent(connection):
            return not _is_dry(options)
        try:
            connect(connection, limits.connect_seconds)
        except DatabaseUnreachable:
            return False
        return True

    return tuple(filter(may_be_asked, aliases))


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
        if _is_dry(options):
            result = plan(request)
            return migrate_report.checked(result) if options["check"] else result
        return migrate(request)
    except DatabaseUnreachable as error:
        message = f"Database '{request.alias}' cannot be reached: {error}"
        return _refused(request, error, message)
    except SchemaguardError as error:
        return _refused(request, error, str(error))


def _refused(request: Request, error: SchemaguardError, message: str) -> Result:
    return Result(
        request.alias,
        "refused",
        exit_code=error.exit_code,
        message=message,
        hint=error.hint,
    )


MIGRATE = Subcommand(
    "migrate",
    "Show, lint and apply pending migrations, verify, and put back what fails.",
    add_arguments,
    run,
    LEVELS,
)
