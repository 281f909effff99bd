"""What the details say of a database that is down; its last validation passed."""

from __future__ import annotations

from datetime import UTC, datetime

from django_schemaguard.core.report import DatabaseReport
from django_schemaguard.health.as_json import detailed_document
from django_schemaguard.health.as_text import detailed
from django_schemaguard.health.status import DatabaseHealth, Health, Inspection, Ping

AT = datetime(2026, 7, 1, 12, tzinfo=UTC)
SOUND = DatabaseReport(
    "default", "postgresql", "15.18", reachable=True, tables=3, queries=7
)
DOWN = Ping("postgresql", None, None, "Connection refused.", AT)
UP = Ping("postgresql", 0.001, 0.001, None, AT)


def health(ping: Ping | None, inspection: Inspection | None) -> Health:
    return Health(AT, "production", (DatabaseHealth("default", ping, inspection),))


def inspected(report: DatabaseReport | None, problem: str | None = None) -> Inspection:
    return Inspection(report, problem, "Mend it.", 0.1, AT)


def test_what_passed_before_it_went_down_does_not_pass() -> None:
    seen = health(DOWN, inspected(SOUND))

    assert detailed(seen).splitlines() == [
        "fail 2026-07-01T12:00:00.000Z",
        "default:connection: fail (The database does not answer.)",
        "default:schema: pass (0 issues)",
        "default:migrations: pass (0 pending)",
        "",
        "❌ Database connection failed (default)",
        "   Connection refused.",
        "",
        "❌ Database schema validation failed (3 tables, 7 queries, 0.00 s): 1 database"
        " failed",
    ]
    assert detailed_document(seen)["summary"]["status"] == "fail"


def test_what_could_never_be_validated_does_not_pass() -> None:
    silent = detailed(health(None, None)).splitlines()
    broken = detailed(health(UP, inspected(None, "No models."))).splitlines()

    failed = "❌ Database schema validation failed (0 tables, 0 queries, 0.00 s): 1"
    assert silent[-1] == broken[-1] == f"{failed} database failed"
    assert "   It did not answer in time." in silent
    assert broken[-5:-2] == [
        "❌ Database schema could not be read (default)",
        "   No models.",
        "   hint: Mend it.",
    ]


def test_what_is_up_passes_as_validated() -> None:
    seen = health(UP, inspected(SOUND))

    assert detailed(seen).splitlines()[-1] == (
        "✅ Database schema validation passed (3 tables, 7 queries, 0.00 s)"
    )
    assert detailed_document(seen)["summary"]["status"] == "pass"
