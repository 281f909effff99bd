"""The lines of the guard: on the logger, and on stderr."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from django_schemaguard.core.finding import Severity
from django_schemaguard.reporters import words
from django_schemaguard.reporters.look import Look, Marks, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.report import DatabaseReport, Report, Verdict

MOST = 20  # Findings told one by one.
CHECK_ALL = "Run 'manage.py schemaguard validate' to see all."

_logger = logging.getLogger("django_schemaguard")
# Without a handler, Python would print the line on stderr, a second time.
_logger.addHandler(logging.NullHandler())

_LEVELS = {
    Severity.ERROR: logging.ERROR,
    Severity.WARNING: logging.WARNING,
    Severity.INFO: logging.INFO,
}
_STATUS = {"pass": logging.INFO, "warn": logging.WARNING, "fail": logging.ERROR}


def say(level: int, line: str, hint: str = "") -> None:
    """Log a line, and write it to stderr unless a handler of the logger does.

    Args:
        level: A level of `logging`.
        line: With its mark in front.
        hint: What to do about it, told on a line of its own.
    """
    look = _look()
    for each in (line, hint and f"   {hint}"):
        if not each:
            continue
        text = look.fitted(printable(each))
        _logger.log(level, "%s", text)
        if sys.stderr is not None and not _is_shown(level):
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()


def log_traceback(error: Exception) -> None:
    """Log where an error comes from; stderr is told in one line only."""
    _logger.error("The startup guard failed", exc_info=error)


def marks() -> Marks:
    """Return the marks that stderr can show."""
    return _look().marks


def tell(report: Report) -> None:
    """Tell of each database what is wrong, then the outcome in one line."""
    failed = [database for database in report.databases if database.error is not None]
    for database in failed:
        _tell_failure(database)
    verdicts = sorted(_worth_telling(report), key=lambda v: -v.severity)
    for verdict in verdicts[:MOST]:
        mark = getattr(marks(), verdict.severity.word)
        hint = verdict.hint if verdict.severity is Severity.ERROR else ""
        where = f" ({verdict.database})" if len(report.databases) > 1 else ""
        say(_LEVELS[verdict.severity], f"{mark} {words.headline(verdict)}{where}", hint)
    if len(verdicts) > MOST:
        more = words.count(len(verdicts) - MOST, "finding")
        say(_STATUS[report.status], f"{marks().info} {more} more", CHECK_ALL)
    if len(failed) < len(report.databases):
        say(_STATUS[report.status], words.summary(report, marks()))


def _tell_failure(database: DatabaseReport) -> None:
    say(logging.ERROR, f"{marks().error} {words.failure(database)}")
    say(logging.ERROR, f"   {database.error}", database.hint)


def _worth_telling(report: Report) -> Iterator[Verdict]:
    for database in report.databases:
        for verdict in database.verdicts:
            told = database.error is not None and verdict.finding.code.startswith("SG8")
            if verdict.severity > Severity.INFO and not told:
                yield verdict


def _look() -> Look:
    return Look(encoding=getattr(sys.stderr, "encoding", None) or "utf-8")


def _is_shown(level: int) -> bool:
    """Return whether a handler writes lines of this level to the terminal."""
    if not _logger.isEnabledFor(level):
        return False
    logger: logging.Logger | None = _logger
    while logger is not None:
        for handler in logger.handlers:
            stream = getattr(handler, "stream", None)
            on_terminal = stream is not None and stream in {sys.stderr, sys.stdout}
            if on_terminal and handler.level <= level:
                return True
        logger = logger.parent if logger.propagate else None
    return False
