"""`schemaguard explain`: what a kind of finding means."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from django_schemaguard.commands.subcommand import Outcome, Subcommand
from django_schemaguard.core.explanation import (
    Explanation,
    explain,
    find_explanation,
)
from django_schemaguard.core.kinds import KINDS
from django_schemaguard.core.nearest import did_you_mean
from django_schemaguard.exceptions import UnknownName
from django_schemaguard.lint import RULES
from django_schemaguard.reporters import explanations

if TYPE_CHECKING:
    import argparse

    from django_schemaguard.commands.options import Options
    from django_schemaguard.commands.terminal import Terminal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "code",
        nargs="?",
        metavar="CODE",
        help="SG102, schemaguard.E102 or missing_column. Default: list all.",
    )
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="Default: text."
    )


def run(options: Options, terminal: Terminal) -> Outcome:
    """Write the explanation asked for, or one line for each."""
    as_json = options["format"] == "json"
    if options["code"]:
        one = _explained(options["code"])
        text = (
            explanations.one_as_json(one)
            if as_json
            else explanations.one_as_text(one, terminal.look)
        )
    else:
        every = _every()
        text = (
            explanations.all_as_json(every)
            if as_json
            else explanations.all_as_text(every, terminal.look)
        )
    terminal.write(text)
    return Outcome()


def _every() -> list[Explanation]:
    told = [*map(explain, KINDS), *(rule.explanation for rule in RULES)]
    return sorted(told, key=attrgetter("code"))


def _explained(name: str) -> Explanation:
    found = find_explanation(name, _every())
    if found is None:
        known = [name for each in _every() for name in (each.code, each.kind)]
        raise UnknownName(
            f"No kind of finding is called '{name}'.{did_you_mean(name, known)}",
            "Run 'manage.py schemaguard explain' for a list.",
        )
    return found


EXPLAIN = Subcommand(
    "explain",
    "Say what a finding or lint rule means, why it matters and how to mend it.",
    add_arguments,
    run,
)
