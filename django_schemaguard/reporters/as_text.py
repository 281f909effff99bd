"""The report for people: grouped by table, the most severe first."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from django_schemaguard.core.finding import Severity
from django_schemaguard.core.rules import Mode
from django_schemaguard.reporters import words
from django_schemaguard.reporters.page import Page
from django_schemaguard.reporters.pending import by_app, names_of, together

if TYPE_CHECKING:
    from django_schemaguard.core.report import DatabaseReport, Report, Verdict
    from django_schemaguard.core.schema import Skip, TableRef
    from django_schemaguard.reporters.look import Look

FEW = 3  # Subjects named for each reason that things were not compared.
STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def render(report: Report, look: Look) -> str:
    """Return the report, the summary as its last line."""
    page = Page(look)
    _shapes(page, report)
    for database in report.databases:
        _database(page, database, report)
    page.blank()
    summary(page, report)
    return page.render()


def render_summary(report: Report, look: Look) -> str:
    """Return the summary line alone."""
    page = Page(look)
    summary(page, report)
    return page.render()


def summary(page: Page, report: Report) -> None:
    """Add the summary line."""
    style = {"pass": "green", "warn": "yellow", "fail": "bold red"}[report.status]
    page.line((words.summary(report, page.look.marks), style), hang=3)


def _shapes(page: Page, report: Report) -> None:
    """Say which schemas or databases are alike, where several shapes were found."""
    grouped = [it for it in report.databases if it.schemas or it.shards]
    if len(report.databases) < 2 or not grouped:
        return
    for database in report.databases:
        findings = words.count(len(database.verdicts), "finding")
        page.line(f"{words.where(database)}: {findings}", hang=2)


def _database(page: Page, database: DatabaseReport, report: Report) -> None:
    if not _has_news(page, database):
        return
    page.blank()
    if database.error is not None:
        _failure(page, database)
        return
    page.line((words.title(database, report), "bold"), f": {words.server(database)}")
    # Production is the usual one; what is lenient has to be said.
    lenient = "" if report.mode == Mode.PRODUCTION else f", {report.mode} mode"
    page.line(words.work(database) + lenient, indent=2)
    if page.look.detail >= 2:
        _compared(page, database)
    for table, verdicts in _by_table(database.verdicts):
        page.blank()
        _table(page, table, verdicts)
    _skips(page, database.skips)
    _vanished(page, database)


def _has_news(page: Page, database: DatabaseReport) -> bool:
    return bool(
        database.error is not None
        or database.verdicts
        or database.skips
        or database.vanished
        or page.look.detail >= 2
    )


def _failure(page: Page, database: DatabaseReport) -> None:
    failed = words.failure(database)
    page.line((f"{page.look.marks.error} {failed}", "bold red"))
    page.line(database.error or "", indent=3, hang=2)
    if database.hint:
        page.line(("hint: ", "dim"), database.hint, indent=3, hang=2)


def _compared(page: Page, database: DatabaseReport) -> None:
    page.blank()
    page.line(f"Compared ({len(database.compared)}):")
    for subject in database.compared:
        page.line(subject, indent=2)


def _by_table(
    verdicts: tuple[Verdict, ...],
) -> list[tuple[TableRef, list[Verdict]]]:
    """Group findings by table; both tables and findings by falling severity."""
    by_table: dict[TableRef, list[Verdict]] = {}
    for verdict in verdicts:
        by_table.setdefault(verdict.finding.table, []).append(verdict)
    for found in by_table.values():
        found.sort(key=attrgetter("severity"), reverse=True)
    return sorted(by_table.items(), key=lambda item: -item[1][0].severity)


def _table(page: Page, table: TableRef, verdicts: list[Verdict]) -> None:
    model = f" ({table.model})" if table.model else ""
    page.line((table.brief, "bold"), model)
    for first, *others in together(verdicts):
        if others:
            _waiting(page, (first, *others))
        else:
            _finding(page, first)


def _waiting(page: Page, verdicts: tuple[Verdict, ...]) -> None:
    """Add pending migrations as one."""
    first = verdicts[0]
    mark = getattr(page.look.marks, first.severity.word)
    page.line(
        (f"{mark} {len(verdicts)} migrations are not applied", STYLES[first.severity]),
        (f" [{first.finding.code}]", "dim"),
        indent=2,
        hang=3,
    )
    for line in by_app(names_of(verdicts)):
        page.line(line, indent=5, hang=2)
    page.line(("effect: ", "dim"), "code that needs them fails until then", indent=5)
    page.line(("hint: ", "dim"), first.hint, indent=5, hang=2)


def _finding(page: Page, verdict: Verdict) -> None:
    finding = verdict.finding
    mark = getattr(page.look.marks, verdict.severity.word)
    page.line(
        (f"{mark} {words.headline(verdict)}", STYLES[verdict.severity]),
        (f" [{finding.code}]", "dim"),
        indent=2,
        hang=3,
    )
    for label, content in (
        ("cause: ", words.cause(verdict)),
        ("", words.changed(verdict)),
        ("effect: ", finding.effect_text),
        ("hint: ", verdict.hint),
    ):
        if content:
            page.line((label, "dim"), content, indent=5, hang=2)


def _skips(page: Page, skips: tuple[Skip, ...]) -> None:
    if not skips:
        return
    page.blank()
    page.line(f"Not compared ({len(skips)}):")
    for reason, group in groupby(sorted(skips, key=_reason), key=_reason):
        subjects = [words.subject(skip) for skip in group]
        named = subjects if page.look.detail >= 2 else subjects[:FEW]
        more = len(subjects) - len(named)
        rest = f" and {more} more (-v 2 lists them)" if more else ""
        page.line(f"{', '.join(named)}{rest}: {reason}", indent=2, hang=2)


def _vanished(page: Page, database: DatabaseReport) -> None:
    if not database.vanished:
        return
    page.blank()
    page.line(f"In the baseline, and no longer found ({len(database.vanished)}):")
    for accepted in database.vanished:
        page.line(words.vanished(accepted), indent=2)


def _reason(skip: Skip) -> str:
    return skip.reason
