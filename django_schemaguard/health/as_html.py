"""Health as a page for people: no script, and nothing from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from django.template import Context, Engine
from django.utils.safestring import SafeString

from django_schemaguard import __version__
from django_schemaguard.core.finding import Severity
from django_schemaguard.health.as_json import milliseconds
from django_schemaguard.health.chart import Chart, chart
from django_schemaguard.health.status import Status, count
from django_schemaguard.reporters import words
from django_schemaguard.reporters.look import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django_schemaguard.core.report import Verdict
    from django_schemaguard.health.journal import Journal
    from django_schemaguard.health.status import DatabaseHealth, Health

STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
STYLE_VERSION = sha256(STYLE.encode()).hexdigest()[:12]

# An engine of its own: that of the project may have none of our templates, and
# context processors that ask the database.
_ENGINE = Engine(dirs=[str(Path(__file__).resolve().parent.parent / "templates")])

_HEADLINES = {
    Status.PASS: "Everything is as it should be",
    Status.WARN: "Working, with warnings",
    Status.FAIL: "Something is broken",
}
_WORDS = {Status.PASS: "Pass", Status.WARN: "Warning", Status.FAIL: "Fail"}
_SERVERS = {"postgresql": "PostgreSQL", "sqlite": "SQLite", "mariadb": "MariaDB"}


@dataclass(frozen=True, slots=True)
class Badge:
    """A status as a word and a class."""

    status: Status

    @property
    def word(self) -> str:
        """The word."""
        return _WORDS[self.status]

    @property
    def name(self) -> str:
        """The class."""
        return self.status.value


@dataclass(frozen=True, slots=True)
class Tile:
    """One check: its status, the number that counts, and a remark."""

    title: str
    badge: Badge
    value: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One finding."""

    severity: str
    code: str
    headline: str
    effect: str
    cause: str
    hint: str


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one table, the worst first."""

    table: str
    model: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One database; the last fields are only shown to those who may see them."""

    alias: str
    number: int
    badge: Badge
    tiles: tuple[Tile, ...]
    server: str = ""
    errors: tuple[str, ...] = ()
    hint: str = ""
    groups: tuple[Group, ...] = ()
    notes: tuple[Group, ...] = ()
    pending: tuple[str, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    fingerprints: tuple[tuple[str, str], ...] = ()
    journal: Journal | None = None
    chart: Chart | None = None


def public(health: Health, style: str) -> str:
    """Return the page that everybody may see: statuses and counts.

    Args:
        health: What is known.
        style: URL of the stylesheet.
    """
    return _page(health, _public_parts(health), style, detailed=False)


def detailed(health: Health, style: str) -> str:
    """Return the page for those who may see everything."""
    return _page(health, _detailed_parts(health), style, detailed=True)


def fragment(health: Health) -> SafeString:
    """Return what stands in the middle of the detailed page, for another."""
    parts = tuple(_detailed_parts(health))
    return _render("_health.html", health, parts, detailed=True)


def _page(health: Health, parts: Iterator[Part], style: str, *, detailed: bool) -> str:
    body = _render("_health.html", health, tuple(parts), detailed=detailed)
    badge = Badge(health.status)
    context = {"body": body, "style": style, "badge": badge, "version": __version__}
    template = _ENGINE.get_template("schemaguard/health.html")
    return template.render(Context(context))


def _render(
    name: str, health: Health, parts: tuple[Part, ...], *, detailed: bool
) -> SafeString:
    context = {
        "badge": Badge(health.status),
        "headline": _HEADLINES[health.status],
        "time": f"{health.at:%Y-%m-%d %H:%M:%S} UTC",
        "mode": health.mode,
        "parts": parts,
        "detailed": detailed,
    }
    template = _ENGINE.get_template(f"schemaguard/{name}")
    return template.render(Context(context))


def _public_parts(health: Health) -> Iterator[Part]:
    for number, database in enumerate(health.databases, 1):
        badge = Badge(database.status)
        yield Part(database.alias, number, badge, tuple(_tiles(database)))


def _detailed_parts(health: Health) -> Iterator[Part]:
    for number, database in enumerate(health.databases, 1):
        report = database.report
        found = (*database.migration_issues, *database.issues)
        journal = database.journal
        yield Part(
            alias=database.alias,
            number=number,
            badge=Badge(database.status),
            tiles=tuple(_tiles(database)),
            server=_server(database),
            errors=tuple(_errors(database)),
            hint=database.schema_hint,
            groups=tuple(_groups(v for v in found if v.severity > Severity.INFO)),
            notes=tuple(_groups(v for v in found if v.severity is Severity.INFO)),
            pending=database.pending,
            skipped=tuple(
                (printable(words.subject(skip)), skip.reason)
                for skip in (report.skips if report else ())
            ),
            fingerprints=tuple(_fingerprints(database)),
            journal=journal,
            chart=chart(journal.versions) if journal else None,
        )


def _tiles(database: DatabaseHealth) -> Iterator[Tile]:
    latency = milliseconds(database.ping.latency) if database.ping else None
    yield Tile(
        "Connection",
        Badge(database.connection),
        "No answer" if latency is None else f"{latency:.1f} ms",
        "" if latency is None else "one round trip",
    )
    report = database.report
    known = report is not None and report.error is None
    yield Tile(
        "Schema",
        Badge(database.schema),
        _counted(database.issues) if known else "Not known",
        _compared(database) if known else "",
    )
    yield Tile(
        "Migrations",
        Badge(database.migrations),
        _migrations(database) if known else "Not known",
        "",
    )


def _compared(database: DatabaseHealth) -> str:
    report, inspection = database.report, database.inspection
    if report is None or inspection is None:
        return ""
    told = f"{words.count(report.tables, 'table')} compared"
    if database.connection is Status.FAIL:  # It is the last that is known.
        told += f" at {inspection.at:%H:%M:%S} UTC"
    return told


def _counted(verdicts: Iterable[Verdict]) -> str:
    verdicts = tuple(verdicts)
    errors = count(verdicts, Severity.ERROR)
    warnings = count(verdicts, Severity.WARNING)
    found = [words.count(errors, "error")] if errors else []
    found += [words.count(warnings, "warning")] if warnings else []
    return ", ".join(found) or "As expected"


def _migrations(database: DatabaseHealth) -> str:
    others = len(database.migration_issues) - len(database.pending)
    found = [f"{len(database.pending)} pending"] if database.pending else []
    found += [words.count(others, "finding")] if others else []
    return ", ".join(found) or "All applied"


def _server(database: DatabaseHealth) -> str:
    if database.report is None:
        return ""
    kind, _, version = words.server(database.report).partition(" ")
    return f"{_SERVERS.get(kind, kind)} {version}".strip()


def _errors(database: DatabaseHealth) -> Iterator[str]:
    if database.connection_error is not None:
        yield database.connection_error
    elif database.schema_error is not None:
        yield database.schema_error


def _groups(verdicts: Iterable[Verdict]) -> Iterator[Group]:
    """Yield the findings by table, the tables with the worst ones first."""
    of_table = attrgetter("finding.table.brief")
    ordered = sorted(verdicts, key=of_table)
    groups = [list(found) for _, found in groupby(ordered, of_table)]
    worst_first = attrgetter("severity")
    for found in groups:
        found.sort(key=worst_first, reverse=True)
    for found in sorted(groups, key=lambda found: -found[0].severity):
        table = found[0].finding.table
        yield Group(printable(table.brief), table.model or "", tuple(map(_line, found)))


def _line(verdict: Verdict) -> Line:
    return Line(
        severity=verdict.severity.word,
        code=verdict.finding.code,
        headline=printable(words.headline(verdict)),
        effect=printable(verdict.finding.effect_text),
        cause=printable(words.cause(verdict)),
        hint=printable(verdict.hint),
    )


def _fingerprints(database: DatabaseHealth) -> Iterator[tuple[str, str]]:
    report = database.report
    if report and report.expected_fingerprint:
        yield "What is expected", report.expected_fingerprint
    if report and report.actual_fingerprint:
        yield "The database", report.actual_fingerprint
