"""`--schemas` and `--group` of commands that write: a canary first, then the rest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from django.core.management.base import CommandError
from django.db import DatabaseError, connections

from django_schemaguard.commands.options import Options
from django_schemaguard.commands.rollout_report import Script
from django_schemaguard.commands.rollout_told import Told, failed, named
from django_schemaguard.commands.subcommand import Outcome, worst
from django_schemaguard.commands.surprises import told
from django_schemaguard.exceptions import NotPermitted, SchemaguardError, UnknownName
from django_schemaguard.tenants.choosing import chosen_groups, is_there
from django_schemaguard.tenants.focus import focused
from django_schemaguard.tenants.members import Member, entered
from django_schemaguard.tenants.rollout import (
    Attempt,
    Fate,
    Group,
    roll_out,
    with_canary,
)
from django_schemaguard.tenants.switching import SchemaGone

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from django_schemaguard.commands.terminal import Terminal
    from django_schemaguard.pipeline import Job


class Task(Protocol):
    """What a command does to one member, whose alias stands for it meanwhile."""

    @property
    def dry(self) -> bool:
        """Whether nothing is to be done."""

    @property
    def asks(self) -> bool:
        """Whether nobody agreed to it yet."""

    def look(self, member: Member, job: Job) -> Told:
        """Say what would be done; do nothing."""

    def act(self, member: Member, job: Job, *, first: bool) -> Told:
        """Do it; `first` of those that are alike."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which members, and what becomes of a failure."""
    parser.add_argument(
        "--schemas",
        action="append",
        metavar="PATTERN",
        help="PostgreSQL: each schema whose name fits, such as 'tenant_*', one of the"
        " largest group first; the rest only if that went well. May be repeated.",
    )
    parser.add_argument(
        "--group",
        action="store_true",
        help="Treat databases, as of shards, like that: the first one before the rest.",
    )
    parser.add_argument(
        "--canary", metavar="NAME", help="The schema or database to begin with."
    )
    parser.add_argument(
        "--keep-going",
        action="store_true",
        help="Go on after a failure, unless it is the first one's.",
    )


def is_asked_for(options: Options) -> bool:
    """Return whether several members are to be worked on.

    Raises:
        CommandError: Options that only make sense then are given without.
    """
    if options["schemas"] or options["group"]:
        return True
    if options["canary"] or options["keep_going"]:
        raise CommandError(
            "--canary and --keep-going go with --schemas or --group.", returncode=2
        )
    return False


def run(
    task: Task,
    aliases: tuple[str, ...],
    job: Job,
    options: Options,
    terminal: Terminal,
) -> Outcome:
    """Show what would be done to each group of members, or do it."""
    page = Script(options, terminal)
    with terminal.progress() as progress:
        working = replace(job, progress=progress)
        groups = _groups(aliases, working, options)
        if task.dry:
            return _shown(task, groups, working, page)
    if task.asks:
        _ask(task, groups, job, page)
    with terminal.progress() as progress:
        return _rolled_out(task, groups, replace(job, progress=progress), page)


def _groups(aliases: tuple[str, ...], job: Job, options: Options) -> tuple[Group, ...]:
    if options["schemas"]:
        chosen = (chosen_groups(alias, options["schemas"], job) for alias in aliases)
        groups = [group for some in chosen for group in some]
        groups.sort(key=lambda group: -len(group.members))
    else:
        groups = [Group((Member(alias),)) for alias in aliases]
    name = options["canary"]
    if name is None:
        return tuple(groups)
    if not any(it.name == name for group in groups for it in group.members):
        raise UnknownName(f"'{name}' is none of those that were chosen.")
    return with_canary(groups, name)


def _shown(task: Task, groups: tuple[Group, ...], job: Job, page: Script) -> Outcome:
    codes = set()
    for group in filter(lambda it: it.members, groups):
        found = _inside(group.members[0], job, task.look)
        codes.add(found.attempt.exit_code)
        page.group(group, found)
    page.end()
    code = worst(codes)
    return Outcome(code, f"It would end with {code}." if code else "")


def _ask(task: Task, groups: tuple[Group, ...], job: Job, page: Script) -> None:
    """Go on only where somebody agreed.

    Raises:
        NotPermitted: Nobody did.
    """
    hint = "Give --yes to apply it unasked, or --dry-run to see it."
    if not page.interactive:
        raise NotPermitted("In production, nothing is changed unasked.", hint)
    for group in filter(lambda it: it.members, groups):
        page.group(group, _inside(group.members[0], job, task.look))
    members = sum(len(group.members) for group in groups)
    if not page.confirmed(members):
        raise NotPermitted("Nothing was done.", hint)


def _rolled_out(
    task: Task, groups: tuple[Group, ...], job: Job, page: Script
) -> Outcome:
    total = sum(len(group.members) for group in groups)
    count = 0

    def work(member: Member, first: bool) -> Attempt:  # noqa: FBT001
        nonlocal count
        count += 1
        head = f"{count}/{total}: {member.name}"
        here = replace(job, progress=lambda what: job.progress(f"{head}: {what}"))
        found = _inside(member, here, lambda it, at: task.act(it, at, first=first))
        page.member(found)
        return found.attempt

    rollout = roll_out(groups, work, keep_going=page.keep_going)
    code = worst(rollout.exit_codes)
    return Outcome(code, page.summary(rollout, code))


def _inside(member: Member, job: Job, do: Callable[[Member, Job], Told]) -> Told:
    """Return what came of a member, whatever happened."""
    return named(_tried(member, job, do))


def _tried(member: Member, job: Job, do: Callable[[Member, Job], Told]) -> Told:
    try:
        with entered(member, job.limits.connect_seconds) as connection:
            found = do(member, focused(job, connection))
    except SchemaGone as error:
        return failed(member, error, Fate.GONE)
    except SchemaguardError as error:
        found = failed(member, error)
    except DatabaseError as error:
        found = failed(member, told(error, {"database": member.alias}))
    if found.attempt.fate is Fate.FAILED and _is_gone(member):
        gone = SchemaGone(f"There is no schema '{member.schema}' any more.")
        return failed(member, gone, Fate.GONE)
    return found


def _is_gone(member: Member) -> bool:
    if not member.schema:
        return False
    try:
        return not is_there(connections[member.alias], member.schema)
    except DatabaseError:  # The server is gone, which the failure tells.
        return False
