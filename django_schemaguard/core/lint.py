"""What linting a migration yields, as values that every reporter renders."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import TYPE_CHECKING

from django_schemaguard.core.finding import Severity

if TYPE_CHECKING:
    from django_schemaguard.core.explanation import Explanation
    from django_schemaguard.core.report import Location
    from django_schemaguard.core.schema import TableRef


class Layer(StrEnum):
    """What a rule looks at."""

    OPERATIONS = "operations"
    SQL = "sql"
    DATA = "data"


class Work(Enum):
    """What a statement does for each row of a table while it holds its lock.

    The value is (rows below which it is of no account, rows from which it is an
    error). At the second, others wait for about a third of a second: a scan passes
    five million rows a second, and a rewrite or an index build a third of a
    million, measured on PostgreSQL 15.
    """

    SCAN = (100_000, 1_000_000)
    REWRITE = (10_000, 100_000)

    def severity(self, usual: Severity, rows: int | None) -> Severity:
        """Return the severity at this size; the usual one where it is not known."""
        small, large = self.value
        if rows is None:
            return usual
        if rows >= large:
            return Severity.ERROR
        return Severity.INFO if rows < small else Severity.WARNING


@dataclass(frozen=True, slots=True)
class LintFinding:
    """A hazard of one migration, or of the run as a whole.

    Attributes:
        code: "SG520"; never changes meaning.
        kind: "index_blocks_writes"; the name in JSON.
        severity: After the size of the table and the mode.
        message: One line: subject, then hazard.
        hint: One action, imperative.
        effect: What the rule is about, as a phrase.
        database: The alias.
        migration: "shop.0003_order_total"; None for the run as a whole.
        operation: Its place in the migration, from 1; None for the whole.
        table: The table concerned; None where there is none.
        object: The column, constraint or index; None where there is none.
        rows: About how many rows the table has; None where nobody asked.
        destructive: It loses data, or breaks the code that is running.
        location: The line of the migration; None where nobody looked for it.
        certain: Rows are there that make the migration fail, whatever is allowed.
    """

    code: str
    kind: str
    severity: Severity
    message: str
    hint: str
    effect: str
    database: str
    migration: str | None = None
    operation: int | None = None
    table: TableRef | None = None
    object: str | None = None
    rows: int | None = None
    destructive: bool = False
    location: Location | None = None
    certain: bool = False

    @property
    def blocking(self) -> bool:
        """Whether a strict run stops at it before anything changes."""
        return self.severity is Severity.ERROR


@dataclass(frozen=True, order=True, slots=True)
class Unjudged:
    """A rule that could not be judged: neither clean nor a finding.

    Attributes:
        codes: Of the rules.
        reason: One sentence without its end.
        migration: Where; "" for all.
    """

    codes: tuple[str, ...]
    reason: str
    migration: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules say about a plan.

    Attributes:
        migrations: Those that were looked at, in their order.
        findings: By migration, operation and code.
        unjudged: What could not be told.
        waived: How many findings a waiver hid.
        used: Positions in ALLOW of the waivers that hid something.
        judged: Codes and kinds of the rules that were judged everywhere.
    """

    migrations: tuple[str, ...] = ()
    findings: tuple[LintFinding, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    waived: int = 0
    used: frozenset[int] = frozenset()
    judged: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LintedDatabase:
    """What was linted for one database.

    Attributes:
        live: Whether its data were looked at.
        error: Why it could not be, as one line; None where it was.
        hint: What to do about the error.
    """

    alias: str
    vendor: str
    live: bool
    judgement: Judgement = Judgement()
    error: str | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class LintReport:
    """What `lint` found, over all databases.

    Attributes:
        mode: "production" or "development".
        databases: In the order asked for.
        rules: All rules, in the order of their codes.
    """

    mode: str
    databases: tuple[LintedDatabase, ...]
    rules: tuple[Explanation, ...]

    @property
    def findings(self) -> tuple[LintFinding, ...]:
        """All findings."""
        return tuple(f for d in self.databases for f in d.judgement.findings)

    @property
    def unjudged(self) -> tuple[tuple[str, Unjudged], ...]:
        """All that could not be told, each with its alias."""
        return tuple((d.alias, u) for d in self.databases for u in d.judgement.unjudged)

    @property
    def migrations(self) -> int:
        """How many migrations were linted."""
        return len({name for d in self.databases for name in d.judgement.migrations})

    @property
    def waived(self) -> int:
        """How many findings a waiver hid."""
        return sum(database.judgement.waived for database in self.databases)

    @property
    def done(self) -> bool:
        """Whether every database could be linted."""
        return all(database.error is None for database in self.databases)

    def count(self, severity: Severity) -> int:
        """Return the number of findings of this severity."""
        return sum(finding.severity is severity for finding in self.findings)

    @property
    def status(self) -> str:
        """Return "fail", "warn" or "pass"."""
        if not self.done or self.count(Severity.ERROR):
            return "fail"
        return "warn" if self.count(Severity.WARNING) else "pass"

    def reaches(self, level: Severity) -> bool:
        """Return whether any finding is at least this severe."""
        return any(finding.severity >= level for finding in self.findings)
