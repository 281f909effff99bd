"""Reports to render; made of a finding that says what it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Cause, Effect, Finding, Severity
from django_schemaguard.core.pairing import Pairs
from django_schemaguard.core.report import Compared, DatabaseReport, Report, Verdict
from django_schemaguard.core.schema import Facet, Schema, Skip, TableRef, Traits

USERS = TableRef("public", "users", "accounts.User")
ORDERS = TableRef("public", "shop_order", "shop.Order")
STRAY = TableRef(None, "stray")


@dataclass(frozen=True, slots=True)
class Column(Finding):
    """A finding about a column of that name."""

    code: ClassVar[str] = "SG102"
    kind: ClassVar[str] = "missing_column"
    usual: ClassVar[Severity] = Severity.ERROR
    facet: ClassVar[Facet] = Facet.COLUMNS
    additive: ClassVar[bool] = True

    name: str

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        raise NotImplementedError

    @property
    @override
    def effect(self) -> Effect:
        return Effect.QUERIES_FAIL

    @property
    @override
    def message(self) -> str:
        return f"Column '{self.table.name}.{self.name}' (integer) is missing."

    @property
    @override
    def hint(self) -> str:
        return "Add it."

    @property
    @override
    def object(self) -> str | None:
        return self.name

    @property
    @override
    def field(self) -> str | None:
        return self.name

    @property
    @override
    def expected(self) -> str | None:
        return "integer NOT NULL"


@dataclass(frozen=True, slots=True)
class Table(Finding):
    """A finding about a whole table."""

    code: ClassVar[str] = "SG101"
    kind: ClassVar[str] = "missing_table"
    usual: ClassVar[Severity] = Severity.ERROR
    facet: ClassVar[Facet] = Facet.TABLES

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        raise NotImplementedError

    @property
    @override
    def effect(self) -> Effect:
        return Effect.QUERIES_FAIL

    @property
    @override
    def message(self) -> str:
        return f"Table '{self.table.name}' is missing."

    @property
    @override
    def hint(self) -> str:
        return ""


def _compared() -> Compared:
    """Return two schemas whose fingerprints are known."""
    nothing = Schema(Traits("postgresql"))
    sides = Compared(nothing, nothing)
    vars(sides)["expected_fingerprint"] = f"sha256:{'e' * 64}"
    vars(sides)["actual_fingerprint"] = f"sha256:{'a' * 64}"
    return sides


def database(alias: str = "default", **given: object) -> DatabaseReport:
    """Return what was done on a database: 214 tables, all well."""
    usual: dict[str, object] = {
        "tables": 214,
        "queries": 7,
        "seconds": 0.18,
        "sides": _compared(),
    }
    return DatabaseReport(
        alias,
        "postgresql",
        "15.18",
        reachable=True,
        **(usual | given),  # type: ignore[arg-type]
    )


CLEAN = Report("production", (database(),))

LOST = DatabaseReport(
    "replica",
    "postgresql",
    None,
    reachable=False,
    seconds=0.02,
    error='connection to server at "db", port 5432 failed: Connection refused',
    hint="Check the network.",
)

DRIFTED = Report(
    "production",
    (
        database(
            verdicts=(
                Verdict(
                    "default", Column(ORDERS, "note"), Severity.INFO, Cause.PENDING
                ),
                Verdict(
                    "default",
                    Column(ORDERS, "total"),
                    Severity.WARNING,
                    Cause.DRIFT,
                    "shop.0003_order_total",
                ),
                Verdict("default", Table(USERS), Severity.ERROR, Cause.DRIFT),
            ),
            skips=(
                Skip("shop_order", "total_gte_0", "the server could not say it"),
                Skip(None, "collations", "the server does not show them"),
            ),
            waived=2,
        ),
        LOST,
    ),
)
