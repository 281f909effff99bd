"""`schemaguard history`: what was run against a database, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connections
from django.db.models import Prefetch

from django_schemaguard.backends.connect import connect
from django_schemaguard.commands import history_costs
from django_schemaguard.commands.in_schema import add_schema, in_schema
from django_schemaguard.commands.options import (
    Options,
    add_timeout,
    chosen_limits,
    run_number,
)
from django_schemaguard.commands.subcommand import Outcome, Subcommand
from django_schemaguard.conf.names import known_aliases
from django_schemaguard.exceptions import UnknownName
from django_schemaguard.executor.tables import have_tables
from django_schemaguard.models import Run, SchemaVersion, Step
from django_schemaguard.perf.versions import costs
from django_schemaguard.reporters import journal

if TYPE_CHECKING:
    import argparse

    from django.db.models import QuerySet

    from django_schemaguard.commands.terminal import Terminal

LATEST = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "run_number",
        nargs="?",
        type=run_number,
        metavar="RUN",
        help="Show every statement of this run.",
    )
    parser.add_argument(
        "--database", metavar="ALIAS", help="Database to look at. Default: 'default'."
    )
    add_schema(parser)
    add_timeout(parser)
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="Default: text."
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help=f"All runs and versions, not only the latest {LATEST}.",
    )


@in_schema
def run(options: Options, terminal: Terminal) -> Outcome:
    """Write the list, or one run."""
    (alias,) = known_aliases(filter(None, [options["database"]]))
    connect(connections[alias], chosen_limits(options).connect_seconds)
    there = have_tables(connections[alias])
    as_json = options["format"] == "json"
    number = options["run_number"]
    if number is None:
        terminal.write(_all(alias, options, terminal, there=there))
        return Outcome()
    found = _runs(alias).filter(pk=number).first() if there else None
    if found is None:
        raise UnknownName(
            f"The journal of database '{alias}' has no run {number}.",
            "Run 'manage.py schemaguard history' for a list.",
        )
    text = (
        journal.run_as_json(found)
        if as_json
        else journal.run_as_text(found, terminal.look, _undone(found, alias))
    )
    terminal.write(text)
    return Outcome()


def _runs(alias: str) -> QuerySet[Run]:
    # Whatever a router says: the steps are where their run is.
    steps = Prefetch("steps", Step.objects.using(alias))
    return Run.objects.using(alias).prefetch_related(steps)


def _undone(run: Run, alias: str) -> tuple[Step, ...]:
    """Return what a rollback of repairs undid; that of migrations has own steps."""
    if run.reverts_id is None or run.steps.all():
        return ()
    steps = Step.objects.using(alias).filter(
        run=run.reverts_id, status=Step.Status.ROLLED_BACK
    )
    return tuple(steps)


def _all(alias: str, options: Options, terminal: Terminal, *, there: bool) -> str:
    count = None if options["all"] else LATEST
    runs: list[Run] = []
    versions: list[SchemaVersion] = []
    if there:
        runs = list(_runs(alias)[:count])
        versions = list(SchemaVersion.objects.using(alias)[:count])
    found = costs(alias)[:count]
    if options["format"] == "json":
        queries = history_costs.as_documents(found)
        return journal.runs_as_json(runs, versions, queries)
    text = journal.runs_as_text(runs, versions, terminal.look)
    return text + history_costs.as_text(found, terminal.look)


HISTORY = Subcommand(
    "history",
    "List the runs that changed a database, and their statements.",
    add_arguments,
    run,
)
