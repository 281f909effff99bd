"""The sentences that reports share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.core.finding import Cause, Severity

if TYPE_CHECKING:
    from django_schemaguard.core.report import (
        Accepted,
        DatabaseReport,
        Report,
        Verdict,
    )
    from django_schemaguard.core.schema import Skip
    from django_schemaguard.reporters.look import Marks

CAUSES = {
    Cause.DRIFT: "the database was changed behind the migrations",
    Cause.PENDING: "an unapplied migration will change it",
    Cause.UNMADE: "no migration has been made for it",
    Cause.FAKE_APPLIED: "recorded as applied, but its effects are absent",
    Cause.UNRECORDED: "its effects are there, but not its record",
    Cause.UPGRADE_RESIDUE: "left so by Django's own migrations, or by an older version",
    Cause.UNDECLARED: "exists only in the database",
    Cause.UNKNOWN: "could not be told",
}


def headline(verdict: Verdict) -> str:
    """Return the finding's message, saying of a missing table whether it must exist."""
    message = verdict.finding.message.removesuffix(".")
    if verdict.finding.kind == "missing_table" and message.startswith("Table "):
        need = "Required" if verdict.required else "Optional"
        message = f"{need} t{message[1:]}"
    return message


def cause(verdict: Verdict) -> str:
    """Return the cause, with its meaning and the migration concerned; "" for none."""
    if verdict.cause is Cause.UNKNOWN:
        return ""
    text = f"{verdict.cause} ({CAUSES[verdict.cause]})"
    return f"{text}, migration {verdict.migration}" if verdict.migration else text


def subject(skip: Skip) -> str:
    """Return what was not compared."""
    return ".".join(filter(None, (skip.table, skip.object))) or "the database"


def advice(verdict: Verdict) -> str:
    """Return message, effect, cause and hint as sentences of one paragraph."""
    told = cause(verdict)
    finding = verdict.finding
    return " ".join(
        filter(
            None,
            (
                f"{headline(verdict)}.",
                f"Effect: {finding.effect_text}.",
                told and f"Cause: {told}.",
                verdict.hint,
            ),
        )
    )


def vanished(accepted: Accepted) -> str:
    """Return what a baseline accepts and is no longer found."""
    names = (accepted.schema, accepted.table, accepted.object)
    return f"{accepted.code} {'.'.join(filter(None, names))}"


def failure(database: DatabaseReport) -> str:
    """Return what failed on a database that has an error."""
    if database.reachable:
        return f"Database schema could not be read ({database.alias})"
    return f"Database connection failed ({database.alias})"


def server(database: DatabaseReport) -> str:
    """Return what the database runs on, such as "postgresql 15.18"."""
    version = database.server_version or ""
    number, _, name = version.partition("-")
    if name == "MariaDB":  # Django calls it mysql, too.
        return f"mariadb {number}"
    return f"{database.vendor} {version}".strip()


def summary(report: Report, marks: Marks) -> str:
    """Return one line: the outcome, what was compared, and what was found."""
    counts = (
        count(report.count(Severity.ERROR), "error"),
        count(report.count(Severity.WARNING), "warning"),
        count(report.count(Severity.INFO), "info", "info"),
        count(len(report.skipped), "not compared", "not compared"),
        count(report.waived, "waived", "waived"),
        count(report.known, "known", "known"),
        count(_failed(report), "database failed", "databases failed"),
    )
    found = ", ".join(text for text in counts if not text.startswith("0 "))
    outcome, mark = {
        "pass": ("passed", marks.passed),
        "warn": ("passed with warnings", marks.warning),
        "fail": ("failed", marks.error),
    }[report.status]
    line = f"{mark} Database schema validation {outcome} ({work(*report.databases)})"
    return f"{line}: {found}" if found else line


def work(*databases: DatabaseReport) -> str:
    """Return how much was compared; the slowest of several gives the time."""
    tables = count(sum(database.tables for database in databases), "table")
    queries = count(sum(database.queries for database in databases), "query", "queries")
    seconds = max((database.seconds for database in databases), default=0.0)
    return f"{tables}, {queries}, {seconds:.2f} s"


def count(number: int, one: str, many: str = "") -> str:
    """Return the number with its noun."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def _failed(report: Report) -> int:
    return sum(database.error is not None for database in report.databases)
