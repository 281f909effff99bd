"""The report of `health_check`: each database's checks, then what was found."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django_schemaguard.core.finding import Severity
from django_schemaguard.reporters import REPORTERS, as_json, as_text, words
from django_schemaguard.reporters.page import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_schemaguard.core.report import DatabaseReport, Report, Verdict
    from django_schemaguard.reporters import Reporter
    from django_schemaguard.reporters.look import Look

CHECKS = ("connection", "server", "schema", "migrations", "privileges")
UNKNOWN = "unknown"
_BY_FAMILY = {"SG404": "privileges", "SG7": "migrations", "SG802": "server"}


@dataclass(frozen=True, slots=True)
class Check:
    """One of `CHECKS` on one database.

    Attributes:
        status: "pass", "warn", "fail", or "unknown" where it could not be made.
        told: What was found, in a few words; "" for nothing.
        codes: Of the errors and warnings, each once.
    """

    name: str
    status: str
    told: str = ""
    codes: tuple[str, ...] = ()


def checks(database: DatabaseReport, latency: float | None) -> tuple[Check, ...]:
    """Return the checks in their order.

    Args:
        database: As it was validated.
        latency: Seconds of one round trip; None where none was made.
    """
    by_name: dict[str, list[Verdict]] = {name: [] for name in CHECKS}
    for verdict in database.verdicts:
        by_name[_family(verdict)].append(verdict)
    if not database.reachable:
        failed = Check("connection", "fail", "failed")
        others = (Check(name, UNKNOWN, "not checked") for name in CHECKS[1:])
        return (failed, *others)
    # SQLite answers without a look at the file, which may be no database.
    unread = database.error is not None and database.server_version is None
    blind = unread and database.vendor == "sqlite"
    if blind or latency is None:  # Or it went.
        connection = Check("connection", UNKNOWN, "not checked")
    else:
        connection = Check("connection", "pass", f"{latency * 1000:.2f} ms")
    server = _read(database, "server", by_name["server"])
    return (
        connection,
        Check(
            "server",
            server.status,
            ", ".join(filter(None, (words.server(database), server.told))),
            server.codes,
        ),
        _schema(database, by_name["schema"]),
        *(_read(database, name, by_name[name]) for name in CHECKS[3:]),
    )


def reporters(latencies: Mapping[str, float]) -> Mapping[str, Reporter]:
    """Return the formats: text and json with the checks, the rest as for `validate`.

    Args:
        latencies: Seconds of one round trip, by alias.
    """
    return {
        **REPORTERS,
        "text": lambda report, look: _text(report, latencies, look),
        "json": lambda report, _: _json(report, latencies),
    }


def _text(report: Report, latencies: Mapping[str, float], look: Look) -> str:
    page = Page(look)
    for database in report.databases:
        page.line((f"Checks of database '{database.alias}'", "bold"))
        for check in checks(database, latencies.get(database.alias)):
            told = f": {check.told}" if check.told else ""
            sign, style = _shown(check, look)
            page.line((f"{sign} {check.name}", style), told, indent=2, hang=3)
    page.blank()
    return page.render() + as_text.render(report, look)


def _shown(check: Check, look: Look) -> tuple[str, str]:
    marks = look.marks
    return {
        "pass": (marks.passed, "green"),
        "warn": (marks.warning, "yellow"),
        "fail": (marks.error, "bold red"),
    }.get(check.status, (marks.info, "dim"))


def _json(report: Report, latencies: Mapping[str, float]) -> str:
    made = {
        database.alias: {
            check.name: _as_values(check)
            for check in checks(database, latencies.get(database.alias))
        }
        for database in report.databases
    }
    return json.dumps(as_json.document(report) | {"checks": made}, indent=2) + "\n"


def _as_values(check: Check) -> dict[str, Any]:
    return {
        "status": check.status,
        "output": check.told or None,
        "codes": list(check.codes),
    }


def _family(verdict: Verdict) -> str:
    for family, name in _BY_FAMILY.items():
        if verdict.finding.code.startswith(family):
            return name
    return "schema"


def _check(name: str, verdicts: list[Verdict]) -> Check:
    errors = sum(verdict.severity is Severity.ERROR for verdict in verdicts)
    warnings = sum(verdict.severity is Severity.WARNING for verdict in verdicts)
    counts = [
        words.count(number, noun)
        for number, noun in ((errors, "error"), (warnings, "warning"))
        if number
    ]
    codes = {v.finding.code for v in verdicts if v.severity > Severity.INFO}
    status = "fail" if errors else "warn" if warnings else "pass"
    return Check(name, status, ", ".join(counts), tuple(sorted(codes)))


def _read(database: DatabaseReport, name: str, verdicts: list[Verdict]) -> Check:
    """Return the check, which was not made where the schema could not be read."""
    known = name == "server" and database.server_version is not None
    if database.error is not None and not verdicts and not known:
        return Check(name, UNKNOWN, "not checked")
    return _check(name, verdicts)


def _schema(database: DatabaseReport, verdicts: list[Verdict]) -> Check:
    if database.error is not None:
        return Check("schema", "fail", database.error)
    check = _check("schema", verdicts)
    unsure = sum(bool(skip.table and not skip.object) for skip in database.skips)
    if not unsure:
        return check
    told = f"{words.count(unsure, 'table')} not compared"
    status = "warn" if check.status == "pass" else check.status
    return Check(
        check.name, status, ", ".join(filter(None, (check.told, told))), check.codes
    )
