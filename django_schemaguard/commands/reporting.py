"""Where a report goes: the terminal, and a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from django_schemaguard.commands.options import Options, chosen_level
from django_schemaguard.conf.source import settings_file
from django_schemaguard.files import write
from django_schemaguard.locations import locate, project_root
from django_schemaguard.reporters import LOCATED, REPORTERS, Reporter, as_text
from django_schemaguard.reporters.look import Look

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_schemaguard.commands.subcommand import Outcome
    from django_schemaguard.commands.terminal import Terminal
    from django_schemaguard.core.report import Report


def write_report(
    report: Report,
    options: Options,
    terminal: Terminal,
    outcome: Outcome,
    reporters: Mapping[str, Reporter] = REPORTERS,
) -> None:
    """Write the report in the chosen format; silent on success with -v 0."""
    render, level = reporters[options["format"]], chosen_level(options)
    if options["format"] in LOCATED:
        report = locate(report, project_root(Path.cwd()), settings_file())
    silent = terminal.detail == 0 and outcome.exit_code == 0
    if options["output"] is not None:
        plain = Look(detail=terminal.detail, level=level)
        write(Path(options["output"]), render(report, plain))
        render = as_text.render_summary
    if not silent:
        terminal.write(render(report, replace(terminal.look, level=level)))
