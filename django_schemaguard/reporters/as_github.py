"""Annotations for GitHub Actions: one workflow command a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.core.finding import Severity
from django_schemaguard.reporters import words
from django_schemaguard.reporters.look import WORDS, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.report import DatabaseReport, Report, Verdict
    from django_schemaguard.reporters.look import Look

LEVELS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "notice",
}


# What a database that could not be used says of itself already.
_FAILURES = frozenset({"unreachable", "unsupported_server"})


def render(report: Report, look: Look) -> str:
    """Return a command for each finding, failure and skip, then the summary."""
    lines = [*_commands(report), words.summary(report, WORDS)]
    return "".join(f"{look.fitted(line)}\n" for line in lines)


def _commands(report: Report) -> Iterator[str]:
    for database in report.databases:
        if database.error is not None:
            yield _failure(database)
        for verdict in sorted(database.verdicts, key=lambda each: -each.severity):
            if verdict.finding.kind not in _FAILURES or database.error is None:
                yield _finding(verdict)
        for skip in database.skips:
            text = f"{words.subject(skip)}: {skip.reason}"
            yield command("notice", text, title=f"Not compared ({database.alias})")
        for accepted in database.vanished:
            title = f"In the baseline, and no longer found ({database.alias})"
            yield command("notice", words.vanished(accepted), title=title)


def _failure(database: DatabaseReport) -> str:
    text = " ".join(filter(None, (database.error, database.hint)))
    return command("error", text, title=words.failure(database))


def _finding(verdict: Verdict) -> str:
    finding, place = verdict.finding, verdict.location
    where = {"file": place.path, "line": str(place.line)} if place else {}
    title = f"{finding.code} {finding.kind} ({verdict.database})"
    level = LEVELS[verdict.severity]
    return command(level, words.advice(verdict), **where, title=title)


def command(name: str, text: str, **properties: str) -> str:
    """Return a workflow command, its properties in the order given."""
    given = ",".join(f"{key}={_property(word)}" for key, word in properties.items())
    return f"::{name} {given}::{_escaped(text)}"


def _escaped(text: str) -> str:
    # What is not printable is written out, so no line break can be left.
    return printable(text).replace("%", "%25")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
