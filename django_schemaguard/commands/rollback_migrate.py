"""`schemaguard rollback` of a migrate run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from django_schemaguard.commands import migrate_report
from django_schemaguard.commands.migrate_options import requested
from django_schemaguard.commands.migrate_text import as_text
from django_schemaguard.commands.options import Options, chosen_limits, chosen_mode
from django_schemaguard.commands.plan_text import show_migration
from django_schemaguard.commands.subcommand import Outcome
from django_schemaguard.conf import get_settings
from django_schemaguard.deploy.executor import Executor
from django_schemaguard.deploy.rolling_back import (
    look,
    preview,
    roll_back,
    unrestored,
)
from django_schemaguard.deploy.unfinished import foreseen
from django_schemaguard.exceptions import UnknownName
from django_schemaguard.executor.deadline import Deadline
from django_schemaguard.executor.lock import run_lock
from django_schemaguard.executor.rollback import LEFT_REPAIRS
from django_schemaguard.models import Run
from django_schemaguard.pipeline import Job
from django_schemaguard.reporters import words
from django_schemaguard.reporters.page import Page
from django_schemaguard.tenants.focus import focused

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.commands.terminal import Terminal
    from django_schemaguard.deploy.statements import PlannedMigration


def find(connection: BaseDatabaseWrapper, number: int | None) -> Run | None:
    """Return the run to undo where it is one of migrations; else None.

    Raises:
        UnknownName: No number was given, and the last run that stands is one of
            migrations: a deploy is not undone by a command given twice.
        Unfinished: No number was given, and a run of migrations stopped half-way.
    """
    runs = Run.objects.using(connection.alias)
    if number is not None:
        found = runs.filter(pk=number).first()
        return found if found is not None and found.command == "migrate" else None
    halfway = foreseen(connection)
    if halfway is not None:
        raise halfway
    migrated = Q(command="migrate", status=Run.Status.DONE)
    last = runs.filter(migrated | LEFT_REPAIRS).order_by("-pk").first()
    if last is not None and last.command == "migrate":
        raise UnknownName(
            f"Run {last.pk}, the last that is done, is one of migrations.",
            "Name a run that 'manage.py schemaguard history' lists."
            if runs.filter(pk__gt=last.pk).exists()
            else f"Name the run: 'manage.py schemaguard rollback {last.pk}'.",
        )
    return None


def run(
    found: Run,
    connection: BaseDatabaseWrapper,
    options: Options,
    terminal: Terminal,
    ask: Callable[[], None],
) -> Outcome:
    """Undo the run, or show what that would do."""
    names = look(connection, found)
    if options["dry_run"]:
        lost = unrestored(Executor(connection), names)
        return _shown(found, preview(connection, names), lost, terminal)
    ask()
    settings = get_settings()
    mode = chosen_mode(options, settings)
    job = focused(Job(settings, mode, limits=chosen_limits(options)), connection)
    say = migrate_report.teller(options, terminal)
    request = requested(options, job, connection.alias, say=say)
    with run_lock(connection, Deadline(request.deadline)) as lock:
        result = roll_back(request, found, lock)
    if terminal.detail or result.exit_code:
        terminal.write(as_text((result,), terminal.look, full=False))
    return Outcome(result.exit_code, migrate_report.summary(result))


def _shown(
    found: Run,
    migrations: tuple[PlannedMigration, ...],
    lost: tuple[str, ...],
    terminal: Terminal,
) -> Outcome:
    """Write the statements that would unapply the migrations of a run."""
    page = Page(terminal.look)
    page.line((f"Undoing run {found.pk} would run", "bold"), ":")
    for migration in migrations:
        page.blank()
        show_migration(page, migration)
    page.blank()
    for sentence in lost:
        page.line(sentence)
    count = words.count(len(migrations), "migration")
    page.line(f"{count} to unapply. Nothing was changed.")
    terminal.write(page.render())
    return Outcome()
