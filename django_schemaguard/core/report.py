"""The result of a validation, as values that every reporter renders."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from django_schemaguard.core.command_lines import completed
from django_schemaguard.core.finding import Cause, Finding, Severity
from django_schemaguard.core.fingerprint import fingerprint

if TYPE_CHECKING:
    from django_schemaguard.core.ledger import Provenance
    from django_schemaguard.core.schema import Schema, Skip, TableRef


@dataclass(frozen=True, slots=True)
class Attributed:
    """A finding with its cause and, where known, the migration concerned.

    Attributes:
        advice: The hint that the cause calls for; None where the finding's fits.
    """

    finding: Finding
    cause: Cause
    migration: str | None = None
    advice: str | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """A line of the project's source.

    Attributes:
        path: From the root of the project, parted by "/".
        line: From 1.
    """

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """A finding as it is reported: after cause and policy.

    Attributes:
        database: The alias.
        severity: After required/optional and mode.
        migration: "shop.0003_order_total", or None.
        required: Whether the table has to exist.
        advice: The hint that the cause calls for; None where the finding's fits.
        location: The line of the model, field or migration concerned; None where
            nobody looked for it, or none is part of the project.
        told: The message where the finding's does not fit; None where it does.
        provenance: Who left it so; None where no ledger tells. No part of what makes
            two verdicts equal.
    """

    database: str
    finding: Finding
    severity: Severity
    cause: Cause
    migration: str | None = None
    required: bool = True
    advice: str | None = None
    location: Location | None = None
    told: str | None = None
    provenance: Provenance | None = field(default=None, compare=False)

    @property
    def message(self) -> str:
        """What differs, as one line."""
        return self.told or self.finding.message

    @property
    def hint(self) -> str:
        """What to do: one action, imperative; its commands name the database."""
        return completed(self.advice or self.finding.hint, self.database)


@dataclass(frozen=True, order=True, slots=True)
class Accepted:
    """A finding that a baseline accepts; two of equal fields are one.

    Attributes:
        schema: PostgreSQL's namespace; "" elsewhere.
        object: The column, constraint or index; "" for the whole table.
        expected: The expected definition; "" where nothing is expected.
        actual: The actual definition; "" where nothing is there.
    """

    database: str
    schema: str
    table: str
    object: str
    code: str
    expected: str = ""
    actual: str = ""


@dataclass(frozen=True)
class Compared:
    """The two schemas that were compared, types and expressions settled."""

    expected: Schema
    actual: Schema

    @cached_property
    def expected_fingerprint(self) -> str:
        """One word for all that is expected."""
        return fingerprint(self.expected)

    @cached_property
    def actual_fingerprint(self) -> str:
        """One word for all that was found."""
        return fingerprint(self.actual)


@dataclass(frozen=True, slots=True)
class DatabaseReport:
    """What was done on one database.

    Attributes:
        tables: Number of expected tables.
        queries: Statements sent to the server.
        seconds: Wall time.
        error: Why it could not be validated, as one line; None where it was.
        hint: What to do about the error; "" for the usual advice.
        compared: Each object compared, such as "shop_order.total", in order.
        known: How many findings a baseline hid.
        vanished: What a baseline accepts and is no longer found.
        waivers: Positions in IGNORE of the waivers that hid something.
        expected: The addresses of the expected tables.
        schemas: PostgreSQL's schemas that all of this is true of; empty where it is
            about the whole search path.
        shards: The aliases that all of this is true of; empty for this one alone.
        sides: Both schemas; None where they were not compared.
    """

    alias: str
    vendor: str
    server_version: str | None
    reachable: bool
    tables: int = 0
    queries: int = 0
    seconds: float = 0.0
    error: str | None = None
    verdicts: tuple[Verdict, ...] = ()
    skips: tuple[Skip, ...] = ()
    waived: int = 0
    hint: str = ""
    compared: tuple[str, ...] = ()
    known: int = 0
    vanished: tuple[Accepted, ...] = ()
    waivers: frozenset[int] = frozenset()
    expected: tuple[TableRef, ...] = ()
    schemas: tuple[str, ...] = ()
    shards: tuple[str, ...] = ()
    sides: Compared | None = field(default=None, repr=False)

    @property
    def expected_fingerprint(self) -> str | None:
        """The word for the expected schema; made when asked for."""
        return self.sides.expected_fingerprint if self.sides else None

    @property
    def actual_fingerprint(self) -> str | None:
        """Likewise, for the schema that was found."""
        return self.sides.actual_fingerprint if self.sides else None


@dataclass(frozen=True, slots=True)
class Report:
    """What `validate` found, over all databases.

    Attributes:
        mode: "production" or "development".
        databases: In the order asked for.
        against: What the only one was compared with, where that is not what its
            own migrations make.
    """

    mode: str
    databases: tuple[DatabaseReport, ...]
    against: str | None = None

    @property
    def findings(self) -> tuple[Verdict, ...]:
        """All findings, by database, table and code."""
        return tuple(v for database in self.databases for v in database.verdicts)

    @property
    def skipped(self) -> tuple[tuple[str, Skip], ...]:
        """All skips, each with its alias."""
        return tuple((d.alias, skip) for d in self.databases for skip in d.skips)

    @property
    def waived(self) -> int:
        """How many findings a waiver hid."""
        return sum(database.waived for database in self.databases)

    @property
    def known(self) -> int:
        """How many findings a baseline hid."""
        return sum(database.known for database in self.databases)

    @property
    def vanished(self) -> tuple[Accepted, ...]:
        """What a baseline accepts and is no longer found."""
        return tuple(each for d in self.databases for each in d.vanished)

    @property
    def reachable(self) -> bool:
        """Whether every database could be validated."""
        return all(d.reachable and d.error is None for d in self.databases)

    def count(self, severity: Severity) -> int:
        """Return the number of findings of this severity."""
        return sum(verdict.severity is severity for verdict in self.findings)

    @property
    def status(self) -> str:
        """Return "fail", "warn" or "pass"; a table not compared is no pass."""
        if not self.reachable or self.count(Severity.ERROR):
            return "fail"
        unsure = any(skip.table and not skip.object for _, skip in self.skipped)
        return "warn" if unsure or self.count(Severity.WARNING) else "pass"

    def reaches(self, level: Severity) -> bool:
        """Return whether any finding is at least this severe."""
        return any(verdict.severity >= level for verdict in self.findings)
