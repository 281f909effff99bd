"""What a subcommand is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Container

    from django_schemaguard.commands.options import Options
    from django_schemaguard.commands.terminal import Terminal


OF_REPORTS = (
    "0: nothing on success; 1: findings; 2: also every object compared; 3: also every"
    " SQL statement. Default: 1."
)
# The worst first: what the exit code of several databases is.
_WORST = (4, 3, 2, 75, 1)


def worst(codes: Container[int]) -> int:
    """Return the exit code of several databases; 0 where all went well."""
    return next((code for code in _WORST if code in codes), 0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended.

    Attributes:
        exit_code: As the contract of the command has it; 0 is well.
        summary: One line, for callers that get an exception instead of a code.
    """

    exit_code: int = 0
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Subcommand:
    """One word after `manage.py schemaguard`.

    Attributes:
        name: With underscores; hyphens do as well.
        help: One line.
        add_arguments: Declares what it takes.
        run: Does it, and writes its output.
        levels: What each --verbosity gives; "" where it changes nothing.
    """

    name: str
    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[Options, Terminal], Outcome]
    levels: str = ""
