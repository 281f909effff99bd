"""`manage.py schemaguard SUBCOMMAND`: parses and dispatches."""

from __future__ import annotations

import os
import sys
from typing import Any, NoReturn

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from django_schemaguard._typing import override
from django_schemaguard.commands import SUBCOMMANDS, load
from django_schemaguard.commands.options import Options, place_of
from django_schemaguard.commands.parser import SUBCOMMAND, Parser, add_django_options
from django_schemaguard.commands.surprises import told
from django_schemaguard.commands.terminal import Terminal, failure
from django_schemaguard.core.command_lines import completed
from django_schemaguard.exceptions import BadSettings, SchemaguardError


class Command(BaseCommand):
    """Dispatches to the subcommands; exits with the codes they return."""

    help = "Guard the schema of live databases against drift from the models."
    requires_system_checks = ()
    _first: str | None = None  # The subcommand, where it is the first word.

    @override
    def create_parser(
        self, prog_name: str, subcommand: str, **kwargs: Any
    ) -> CommandParser:
        base = super().create_parser(prog_name, subcommand, add_help=False, **kwargs)
        parser = Parser(
            prog=base.prog,
            description=base.description,
            formatter_class=base.formatter_class,
            parents=[base],
            epilog="'manage.py schemaguard SUBCOMMAND --help' tells what each takes.",
        )
        choices = parser.add_subparsers(
            dest="subcommand", metavar=SUBCOMMAND, required=True
        )
        for name in SUBCOMMANDS:
            hyphened = name.replace("_", "-")
            aliases = [hyphened] if hyphened != name else []
            if self._first not in {None, name, hyphened}:
                choices.add_parser(name, aliases=aliases)
                continue
            each = load(name)
            chosen = choices.add_parser(
                name, aliases=aliases, help=each.help, description=each.help
            )
            chosen.set_defaults(run=each.run)
            each.add_arguments(chosen)
            add_django_options(chosen, each.levels)
        return parser

    @override
    def run_from_argv(self, argv: list[str]) -> None:
        first = argv[2] if len(argv) > 2 else ""
        if first.replace("-", "_") in SUBCOMMANDS:
            self._first = first
        try:
            super().run_from_argv(argv)
        except CommandError as error:  # Of the parser.
            if "--traceback" in argv:
                raise
            self._leave(error)

    @override
    def execute(self, *args: Any, **options: Any) -> str | None:
        if options["force_color"] and options["no_color"]:
            raise CommandError("Give --no-color or --force-color.", returncode=2)
        if os.environ.get("NO_COLOR") and not options["force_color"]:
            options["no_color"] = True
        try:
            return super().execute(*args, **options)
        except CommandError as error:
            if options["traceback"] or not self._from_command_line:
                raise
            self._leave(error)

    def _leave(self, error: CommandError) -> NoReturn:
        self.stderr.write(failure(str(error), self.stderr))
        sys.exit(error.returncode)

    @property
    def _from_command_line(self) -> bool:
        return bool(getattr(self, "_called_from_command_line", False))

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        terminal = Terminal(self.stdout, self.stderr, options)
        try:
            outcome = options["run"](options, terminal)
        except BadSettings as error:
            raise CommandError("\n".join(error.problems), returncode=2) from error
        except SchemaguardError as error:
            raise _refused(error, options) from error
        except Error as error:
            raise _refused(told(error, options), options) from error
        except ImproperlyConfigured as error:  # A missing driver, a wrong router.
            text = " ".join(str(error).split())
            raise CommandError(text, returncode=2) from error
        if not outcome.exit_code:
            return
        if self._from_command_line:
            sys.exit(outcome.exit_code)
        raise CommandError(outcome.summary, returncode=outcome.exit_code)


def _refused(error: SchemaguardError, options: Options) -> CommandError:
    text = "\n".join(filter(None, (str(error), error.hint)))
    text = completed(text, *place_of(options))
    return CommandError(text, returncode=error.exit_code)
