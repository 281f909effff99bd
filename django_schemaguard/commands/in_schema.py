"""`--schema` of commands that look at one journal."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING

from django_schemaguard.commands.options import Options, chosen_limits
from django_schemaguard.conf import get_settings
from django_schemaguard.conf.names import known_aliases
from django_schemaguard.pipeline import Job
from django_schemaguard.tenants.choosing import one_member
from django_schemaguard.tenants.members import entered

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from django_schemaguard.commands.subcommand import Outcome
    from django_schemaguard.commands.terminal import Terminal


def add_schema(parser: argparse.ArgumentParser) -> None:
    """Add the choice of one schema."""
    parser.add_argument(
        "--schema",
        metavar="NAME",
        help="PostgreSQL: the schema whose runs are meant, of those with --schemas.",
    )


def in_schema(
    run: Callable[[Options, Terminal], Outcome],
) -> Callable[[Options, Terminal], Outcome]:
    """Let the alias stand for the schema that was named while a command runs."""

    @wraps(run)
    def inside(options: Options, terminal: Terminal) -> Outcome:
        if not options["schema"]:
            return run(options, terminal)
        settings = get_settings()
        (alias,) = known_aliases(filter(None, [options["database"]]))
        job = Job(settings, settings.mode, limits=chosen_limits(options))
        member = one_member(alias, options["schema"], job)
        with entered(member, job.limits.connect_seconds):
            return run(options, terminal)

    return inside
