"""`schemaguard ledger`: PostgreSQL notes who changes the schema, by which statement."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from django.core.management.base import CommandError
from django.db import connections

from django_schemaguard.backends.connect import connect
from django_schemaguard.commands.options import Options, add_timeout, chosen_limits
from django_schemaguard.commands.subcommand import Outcome, Subcommand
from django_schemaguard.conf.names import known_aliases
from django_schemaguard.exceptions import NotPermitted, SchemaguardError
from django_schemaguard.reporters.ledger import as_json, as_text
from django_schemaguard.reporters.words import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.backends.postgresql.ledger import State
    from django_schemaguard.commands.terminal import Terminal

INSTALL, REMOVE, SHOW = "install", "remove", "show"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "action",
        choices=(INSTALL, REMOVE, SHOW),
        help="install: let the server note each change of the schema. remove: drop"
        " that, and what was noted. show: the latest changes.",
    )
    parser.add_argument(
        "--database", metavar="ALIAS", help="Database to look at. Default: 'default'."
    )
    parser.add_argument(
        "--grant",
        action="append",
        metavar="ROLE",
        default=[],
        help="With install: let this role read it, too; may be repeated.",
    )
    parser.add_argument("--table", help="With show: only what is about this table.")
    parser.add_argument(
        "--limit",
        type=_number,
        default=20,
        metavar="N",
        help="With show: at most so many entries. Default: 20.",
    )
    parser.add_argument(
        "--prune",
        type=_number,
        metavar="DAYS",
        help="With show: first forget what is older than so many days.",
    )
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="Default: text."
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="Print the SQL, and run nothing."
    )
    parser.add_argument(
        "--yes", action="store_true", help="With remove: do not ask first."
    )
    add_timeout(parser)


def run(options: Options, terminal: Terminal) -> Outcome:
    """Install, remove or show the ledger of one database."""
    (alias,) = known_aliases(filter(None, [options["database"]]))
    _check(options)
    connection = connections[alias]
    if connection.vendor != "postgresql":
        raise SchemaguardError(
            f"Database '{alias}' is {connection.vendor}; only PostgreSQL tells of"
            " changes by event triggers."
        )
    connect(connection, chosen_limits(options).connect_seconds)
    from django_schemaguard.backends.postgresql.ledger import read_state

    state = read_state(connection)
    if state is not None and state.version is None:
        raise SchemaguardError(
            f"Database '{alias}' has a schema 'schemaguard_ledger' that is no ledger.",
            "Rename it.",
        )
    action = {INSTALL: _install, REMOVE: _remove, SHOW: _show}[options["action"]]
    return action(connection, state, options, terminal)


def _check(options: Options) -> None:
    for name, action in (("grant", INSTALL), ("prune", SHOW), ("table", SHOW)):
        if options[name] and options["action"] != action:
            raise CommandError(f"--{name} is for '{action}'.", returncode=2)


def _install(
    connection: BaseDatabaseWrapper,
    state: State | None,
    options: Options,
    terminal: Terminal,
) -> Outcome:
    from django_schemaguard.backends.postgresql.ledger import (
        VERSION,
        grants,
        installation,
    )

    alias, found = connection.alias, state.version if state else None
    if found is not None and found > VERSION:
        raise SchemaguardError(
            f"The ledger of database '{alias}' has version {found}, made by a newer"
            f" django-schemaguard; this one makes version {VERSION}.",
            "Upgrade django-schemaguard.",
        )
    whole = state is not None and found == VERSION and state.noting
    statements: Sequence[str] = installation(state, options["grant"])
    if whole:
        statements = [it for role in options["grant"] for it in grants(role)]
    done = f"Database '{alias}' has a ledger of version {VERSION}"
    if found is not None and found < VERSION:
        done += f", which was {found} before"
    done += ", as before." if whole else "."
    return _done(connection, statements, done, options, terminal)


def _remove(
    connection: BaseDatabaseWrapper,
    state: State | None,
    options: Options,
    terminal: Terminal,
) -> Outcome:
    from django_schemaguard.backends.postgresql.ledger import removal

    alias = connection.alias
    if state is None:
        terminal.write(f"Database '{alias}' has no ledger.\n")
        return Outcome()
    if not (options["yes"] or options["dry_run"]):
        question = f"Drop the ledger of database '{alias}' with all that it noted?"
        if not (terminal.interactive and terminal.confirmed(question)):
            raise NotPermitted(
                "Nothing was done: what the ledger noted would be lost.",
                "Give --yes to drop it unasked, or --dry-run to see how.",
            )
    done = f"Database '{alias}' has no ledger any more."
    return _done(connection, removal(), done, options, terminal)


def _done(
    connection: BaseDatabaseWrapper,
    statements: Sequence[str],
    done: str,
    options: Options,
    terminal: Terminal,
) -> Outcome:
    if options["dry_run"]:
        terminal.write("".join(f"{statement};\n" for statement in statements))
        return Outcome()
    _perform(connection, statements, terminal)
    terminal.write(f"{done}\n")
    return Outcome()


def _perform(
    connection: BaseDatabaseWrapper, statements: Sequence[str], terminal: Terminal
) -> int:
    from django_schemaguard.backends.postgresql.ledger import perform

    for statement in statements:
        terminal.trace(statement)
    return perform(connection, statements)


def _show(
    connection: BaseDatabaseWrapper,
    state: State | None,
    options: Options,
    terminal: Terminal,
) -> Outcome:
    from django_schemaguard.backends.postgresql.ledger import pruning
    from django_schemaguard.backends.postgresql.ledger_entries import read_latest

    alias = connection.alias
    if state is None:
        raise SchemaguardError(
            f"Database '{alias}' has no ledger.",
            f"Run 'manage.py schemaguard ledger install --database {alias}'.",
        )
    _require_reading(connection, state)
    if options["prune"]:
        statement = pruning(connection, options["prune"])
        if options["dry_run"]:
            terminal.write(f"{statement};\n")
            return Outcome()
        gone = _perform(connection, [statement], terminal)
        forgot = count(gone, "entry", "entries")
        terminal.note(f"Forgot {forgot} older than {options['prune']} days.")
    entries = read_latest(connection, options["table"], options["limit"])
    if options["format"] == "json":
        terminal.write(as_json(alias, entries))
    else:
        terminal.write(as_text(entries, terminal.look))
    return Outcome()


def _require_reading(connection: BaseDatabaseWrapper, state: State) -> None:
    from django_schemaguard.backends.postgresql.ledger import grants

    if state.readable:
        return
    role = connection.settings_dict["USER"]
    raise NotPermitted(
        f"Role '{role}' may not read the ledger of database '{connection.alias}'.",
        f"Let a superuser run {'; '.join(grants(role))};",
    )


def _number(text: str) -> int:
    """Read a number above 0 from the command line."""
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number above 0.")
    return int(text)


LEDGER = Subcommand(
    "ledger",
    "Let PostgreSQL note who changes the schema, and show it.",
    add_arguments,
    run,
    "3: also the SQL that is run. Default: 1.",
)
