"""`schemaguard lint`: hazards of migrations, before they run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.management.base import CommandError

from django_schemaguard.commands.options import (
    Options,
    add_database_options,
    add_report_options,
    chosen_aliases,
    chosen_level,
    chosen_limits,
    chosen_mode,
)
from django_schemaguard.commands.subcommand import Outcome, Subcommand
from django_schemaguard.conf import get_settings
from django_schemaguard.conf.names import known_apps
from django_schemaguard.core.lint import LintReport
from django_schemaguard.files import write
from django_schemaguard.lint import RULES
from django_schemaguard.lint.databases import Choice, Job, lint_database
from django_schemaguard.lint.places import located
from django_schemaguard.lint.waivers import idle_settings
from django_schemaguard.locations import project_root
from django_schemaguard.reporters import LOCATED
from django_schemaguard.reporters.lint import LINT_REPORTERS, as_text, words
from django_schemaguard.reporters.look import WORDS, Look

if TYPE_CHECKING:
    import argparse

    from django_schemaguard.commands.terminal import Terminal
    from django_schemaguard.core.finding import Severity
    from django_schemaguard.core.lint import LintedDatabase


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "apps", nargs="*", metavar="APP", help="Label of an app. Default: all apps."
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help="Every migration of the project's own apps, without a database.",
    )
    parser.add_argument(
        "--since",
        metavar="REVISION",
        help="Those of them that are new or changed since a revision of Git.",
    )
    parser.add_argument(
        "--style", action="store_true", help="Also look for matters of style."
    )
    add_database_options(parser)
    add_report_options(parser)


def run(options: Options, terminal: Terminal) -> Outcome:
    """Lint, write the report, and judge the outcome."""
    settings = get_settings()
    job = Job(
        choice=_choice(options),
        apps=frozenset(known_apps(options["apps"])),
        since=options["since"] or "",
        allow=settings.allow,
        mode=chosen_mode(options, settings),
        style=options["style"],
        limits=chosen_limits(options),
    )
    with terminal.progress() as progress:
        databases = []
        for alias in chosen_aliases(options, settings):
            progress(f"Linting the migrations of '{alias}'…")
            databases.append(lint_database(alias, job))
    told = tuple(rule.explanation for rule in RULES)
    report = LintReport(job.mode.value, _with_upkeep(databases, job), told)
    outcome = _judged(report, chosen_level(options))
    _write(report, options, terminal, outcome)
    return outcome


def _choice(options: Options) -> Choice:
    if options["all"] and options["since"]:
        raise CommandError("Give --all or --since.", returncode=2)
    if options["all"]:
        return Choice.ALL
    return Choice.CHANGED if options["since"] else Choice.PENDING


def _with_upkeep(
    databases: list[LintedDatabase], job: Job
) -> tuple[LintedDatabase, ...]:
    """Return the databases, the first with what is idle in ALLOW."""
    first, *others = databases
    judgements = [database.judgement for database in databases]
    whole = job.choice is Choice.ALL and not job.apps
    idle = idle_settings(job.allow, judgements, job.today, first.alias, whole=whole)
    findings = (*first.judgement.findings, *idle)
    judged = replace(first.judgement, findings=findings)
    return (replace(first, judgement=judged), *others)


def _judged(report: LintReport, level: Severity | None) -> Outcome:
    """Return 2 where a database could not be linted, 1 for findings, else 0."""
    summary = words.summary(report, WORDS)
    if not report.done:
        return Outcome(2, summary)
    return Outcome(int(level is not None and report.reaches(level)), summary)


def _write(
    report: LintReport, options: Options, terminal: Terminal, outcome: Outcome
) -> None:
    render, level = LINT_REPORTERS[options["format"]], chosen_level(options)
    if options["format"] in LOCATED:
        report = located(report, project_root(Path.cwd()))
    silent = terminal.detail == 0 and outcome.exit_code == 0
    if options["output"] is not None:
        plain = Look(detail=terminal.detail, level=level)
        write(Path(options["output"]), render(report, plain))
        render = as_text.render_summary
    if not silent:
        terminal.write(render(report, replace(terminal.look, level=level)))


LINT = Subcommand(
    "lint",
    "Say what pending migrations would lock, break or lose; read-only.",
    add_arguments,
    run,
    "0: nothing on success; 1: findings; 2: also the migrations that were linted."
    " Default: 1.",
)
