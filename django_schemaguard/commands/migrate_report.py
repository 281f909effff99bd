"""Where and how `migrate`, `resume` and `rollback` say how it went."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from django_schemaguard.commands.migrate_json import as_json
from django_schemaguard.commands.migrate_text import as_text, due, outcome
from django_schemaguard.files import write
from django_schemaguard.reporters.look import Look

if TYPE_CHECKING:
    from collections.abc import Callable

    from django_schemaguard.commands.options import Options
    from django_schemaguard.commands.terminal import Terminal
    from django_schemaguard.deploy.result import Result
    from django_schemaguard.pipeline import Job


def checked(result: Result) -> Result:
    """Return the result of `--check`: 1 where migrations are due.

    One that would be refused keeps its exit code, and its reason.
    """
    if not (result.plan and result.plan.migrations) or result.exit_code:
        return result
    return replace(
        result,
        exit_code=1,
        message=f"{due(result)} on database '{result.alias}'.",
        hint="Run it without --check to unapply them."
        if result.backwards
        else "Run 'manage.py schemaguard migrate'.",
    )


def summary(result: Result) -> str:
    """Return one line, for callers that get an exception instead of a code."""
    return "\n".join(filter(None, (result.message or outcome(result), result.advice)))


def teller(options: Options, terminal: Terminal) -> Callable[[str], None]:
    """Return what writes the lines of progress, where they do not spoil a report."""
    if options.get("format", "text") != "text" or terminal.detail == 0:
        return lambda _: None
    return lambda line: terminal.write(f"{terminal.look.fitted(line)}\n")


def report(
    results: tuple[Result, ...], job: Job, options: Options, terminal: Terminal
) -> None:
    """Write how it went, where and as it was asked for."""
    programs = options["format"] == "json"
    if options["output"] is not None:
        text = as_text(results, Look(), full=options["plan"])
        document = as_json(results, job.mode.value) if programs else text
        write(Path(options["output"]), document)
    elif programs:
        terminal.write(as_json(results, job.mode.value))
        return
    silent = terminal.detail == 0 and not any(it.exit_code for it in results)
    if not silent:
        brief = options["output"] is not None
        full = options["plan"] and not brief
        terminal.write(as_text(results, terminal.look, full=full))
