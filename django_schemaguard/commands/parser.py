"""A parser that says what is wrong in one line, and what was probably meant."""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

from django.core.management.base import CommandError, CommandParser

from django_schemaguard._typing import override
from django_schemaguard.core.nearest import did_you_mean


class Parser(CommandParser):
    """Raises CommandError with exit code 2 on bad usage, wherever it is called."""

    @override
    def error(self, message: str) -> NoReturn:
        raise CommandError(message, returncode=2)

    @override
    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        every = [str(choice) for choice in action.choices]
        # "auto-fix" does as well as "auto_fix", and is not told.
        choices = [it for it in every if "-" not in it or _snake(it) not in every]
        raise argparse.ArgumentError(
            action,
            f"'{value}' is none of {', '.join(choices)}."
            f"{did_you_mean(str(value), choices)}",
        )


def _snake(word: str) -> str:
    return word.replace("-", "_")


def add_django_options(parser: argparse.ArgumentParser) -> None:
    """Let Django's own options stand after the subcommand, too.

    Without defaults, so that they keep what was given before the subcommand.
    """
    for flags, given in (
        (
            ("-v", "--verbosity"),
            {
                "type": int,
                "choices": (0, 1, 2, 3),
                "help": "0: nothing on success; 1: findings; 2: also every object "
                "compared; 3: also every SQL statement.",
            },
        ),
        (("--settings",), {"help": argparse.SUPPRESS}),
        (("--pythonpath",), {"help": argparse.SUPPRESS}),
        (("--traceback",), {"action": "store_true", "help": argparse.SUPPRESS}),
        (("--no-color",), {"action": "store_true", "help": "Do not colour the text."}),
        (("--force-color",), {"action": "store_true", "help": "Colour even a pipe."}),
    ):
        options: dict[str, Any] = {"default": argparse.SUPPRESS, **given}
        parser.add_argument(*flags, **options)
