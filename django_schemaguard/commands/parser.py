"""A parser that says what is wrong in one line, and what was probably meant."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING, Any, NoReturn

from django.core.management.base import CommandError, CommandParser

from django_schemaguard._typing import override
from django_schemaguard.core.nearest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable


SUBCOMMAND = "SUBCOMMAND"
_NO_NUMBER = re.compile(r"invalid int value: ('.*')$")


class Parser(CommandParser):
    """Raises CommandError with exit code 2 on bad usage, wherever it is called."""

    @override
    def error(self, message: str) -> NoReturn:
        if message.endswith(f": {SUBCOMMAND}"):
            message = f"Give a subcommand: {', '.join(self._subcommands())}."
        elif message == "the following arguments are required: action":
            (actions,) = (it.choices for it in self._actions if it.dest == "action")
            message = f"Give an action: {', '.join(actions or ())}."
        message = _NO_NUMBER.sub(r"\1 is no whole number.", message)
        raise CommandError(message, returncode=2)

    def _subcommands(self) -> list[str]:
        (choices,) = (it.choices for it in self._actions if it.dest == "subcommand")
        return _plain(choices or ())

    @override
    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        choices = _plain(action.choices)
        raise argparse.ArgumentError(
            action,
            f"'{value}' is none of {', '.join(choices)}."
            f"{did_you_mean(str(value), choices)}",
        )


def _plain(choices: Iterable[object]) -> list[str]:
    """Return the choices; "auto-fix" does as well as "auto_fix", and is not told."""
    every = [str(choice) for choice in choices]
    return [it for it in every if "-" not in it or it.replace("-", "_") not in every]


def add_django_options(parser: argparse.ArgumentParser, levels: str) -> None:
    """Let Django's own options stand after the subcommand, too.

    Without defaults, so that they keep what was given before the subcommand.

    Args:
        parser: Of the subcommand.
        levels: What each --verbosity gives there.
    """
    for flags, given in (
        (
            ("-v", "--verbosity"),
            {
                "type": int,
                "choices": (0, 1, 2, 3),
                "help": levels or argparse.SUPPRESS,
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
