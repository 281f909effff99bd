"""The sentences that reports share."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from django_schemaguard.core.finding import Cause, Severity

if TYPE_CHECKING:
    from datetime import datetime

    from django_schemaguard.core.ledger import Entry
    from django_schemaguard.core.report import (
        Accepted,
        DatabaseReport,
        Report,
        Verdict,
    )
    from django_schemaguard.core.schema import Skip
    from django_schemaguard.reporters.look import Marks

FEW = 3  # Names told where there are many.
LONGEST = 200  # Characters of a statement.
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
    message = verdict.message.removesuffix(".")
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


def changed(verdict: Verdict) -> str:
    """Return who left it so, when and by which statement; "" where nobody can tell."""
    if verdict.provenance is None:
        return ""
    entry = verdict.provenance.entry
    what = "Changed" if verdict.provenance.exact else "Table last changed"
    return (
        f"{what} by {actor(entry)} on {moment(entry.at)}: {shortened(entry.statement)}"
    )


def actor(entry: Entry) -> str:
    """Return who made a change: a run of ours, or a role with what it logged in as."""
    login = f", logged in as '{entry.login}'" if entry.login != entry.role else ""
    named = bool(entry.application)
    application = f"app '{entry.application}'" if named else "no app name"
    role = f"role '{entry.role}' ({application}{login})"
    return f"{entry.run} as {role}" if entry.run else role


def moment(at: datetime) -> str:
    """Return a moment to the second, as the same words in every time zone."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def shortened(statement: str) -> str:
    """Return a statement on one line, cut where it is long."""
    line = " ".join(statement.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def subject(skip: Skip) -> str:
    """Return what was not compared."""
    return ".".join(filter(None, (skip.table, skip.object))) or "the database"


def advice(verdict: Verdict) -> str:
    """Return all that is told of a finding as sentences of one paragraph."""
    told, by = cause(verdict), changed(verdict)
    finding = verdict.finding
    return " ".join(
        filter(
            None,
            (
                _ended(headline(verdict)),
                f"Effect: {finding.effect_text}.",
                told and f"Cause: {told}.",
                by and f"{by.removesuffix(';')}.",
                verdict.hint,
            ),
        )
    )


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith("?") else f"{sentence}."


def vanished(accepted: Accepted) -> str:
    """Return what a baseline accepts and is no longer found."""
    names = (accepted.schema, accepted.table, accepted.object)
    return f"{accepted.code} {'.'.join(filter(None, names))}"


def failure(database: DatabaseReport) -> str:
    """Return what failed on a database that has an error."""
    if database.reachable:
        return f"Database schema could not be read ({database.alias})"
    return f"Database connection failed ({database.alias})"


def title(database: DatabaseReport, report: Report) -> str:
    """Return what the findings of one database are told under."""
    if report.against is None:
        return where(database)
    return f"'{database.alias}' compared with '{report.against}'"


def where(database: DatabaseReport) -> str:
    """Return what a report is about: a database, some like it, or schemas of it."""
    text = f"Database '{database.alias}'"
    if database.shards:
        text = f"Databases {several(database.shards)}"
    if not database.schemas:
        return text
    schemas = count(len(database.schemas), "schema")
    return f"{text}, {schemas}: {several(database.schemas)}"


def several(names: tuple[str, ...]) -> str:
    """Return names in quotes; of many the first three, and how many there are more."""
    shown = names if len(names) <= FEW + 1 else names[:FEW]
    quoted = [f"'{name}'" for name in shown]
    if len(names) > len(shown):
        return f"{', '.join(quoted)} and {len(names) - len(shown):,} more"
    return " and ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))


def server(database: DatabaseReport) -> str:
    """Return what the database runs on, such as "postgresql 15.18"."""
    return product(database.vendor, database.server_version)


def product(vendor: str, version: str | None) -> str:
    """Return a server as people call it, from Django's vendor and its own version."""
    number, _, name = (version or "").partition("-")
    if name == "MariaDB":  # Django calls it mysql, too.
        return f"mariadb {number}"
    return f"{vendor} {version or ''}".strip()


def product_name(vendor: str, version: str | None) -> str:
    """Return the same without its number."""
    return product(vendor, version).partition(" ")[0]


def summary(report: Report, marks: Marks) -> str:
    """Return one line: the outcome, what was compared, and what was found."""
    found = _found(report)
    line = f"{_outcome(report, marks)} ({_scale(report)}{work(*report.databases)})"
    return f"{line}: {found}" if found else line


def older(report: Report) -> str:
    """Return how much was found that stood before a run of migrations."""
    return f"The schema differed before the run, and still does: {_found(report)}."


def _found(report: Report) -> str:
    counts = (
        count(report.count(Severity.ERROR), "error"),
        count(report.count(Severity.WARNING), "warning"),
        count(report.count(Severity.INFO), "info", "info"),
        count(len(report.skipped), "not compared", "not compared"),
        count(report.waived, "waived", "waived"),
        count(report.known, "known", "known"),
        count(_failed(report), "database failed", "databases failed"),
    )
    return ", ".join(text for text in counts if not text.startswith("0 "))


def _scale(report: Report) -> str:
    """Return how many schemas or databases were grouped."""
    schemas = sum(len(database.schemas) for database in report.databases)
    shards = sum(len(database.shards) or 1 for database in report.databases)
    shapes = count(len(report.databases), "shape")
    if schemas:
        noun = "schema" if schemas == 1 else "schemas"
        return f"{schemas:,} {noun} of {shapes}, "
    return f"{shards} databases of {shapes}, " if _has_shards(report) else ""


def _has_shards(report: Report) -> bool:
    return any(database.shards for database in report.databases)


def _outcome(report: Report, marks: Marks) -> str:
    if report.against is not None:
        (database,) = report.databases
        like = "differs from" if report.findings else "is like"
        return f"{_mark(report, marks)} '{database.alias}' {like} '{report.against}'"
    outcome = {
        "pass": "passed",
        "warn": "passed with warnings",
        "fail": "failed",
    }[report.status]
    return f"{_mark(report, marks)} Database schema validation {outcome}"


def _mark(report: Report, marks: Marks) -> str:
    if report.status == "pass" and report.against is not None and report.findings:
        return marks.info
    return {"pass": marks.passed, "warn": marks.warning, "fail": marks.error}[
        report.status
    ]


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
