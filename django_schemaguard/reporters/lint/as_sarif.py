"""SARIF 2.1.0, as code scanning services take it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django_schemaguard import __version__
from django_schemaguard.reporters.as_sarif import (
    LEVELS,
    SCHEMA,
    notification,
    physical,
)
from django_schemaguard.reporters.lint import words
from django_schemaguard.reporters.look import printable

if TYPE_CHECKING:
    from django_schemaguard.core.explanation import Explanation
    from django_schemaguard.core.lint import LintFinding, LintReport
    from django_schemaguard.reporters.look import Look


def render(report: LintReport, look: Look) -> str:  # noqa: ARG001
    """Return the log; ASCII only."""
    return json.dumps(document(report), indent=2) + "\n"


def document(report: LintReport) -> dict[str, Any]:
    """Return the log as plain values: one run, all databases."""
    places = {rule.code: place for place, rule in enumerate(report.rules)}
    driver = {
        "name": "django-schemaguard",
        "semanticVersion": __version__,
        "rules": [_rule(rule) for rule in report.rules],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [
            {
                "executionSuccessful": report.done,
                "toolExecutionNotifications": _notifications(report),
            }
        ],
        "columnKind": "utf16CodeUnits",
        "results": [_result(each, places) for each in report.findings],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Explanation) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.kind.split("_")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.fix},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"kind": rule.kind},
    }


def _result(finding: LintFinding, places: dict[str, int]) -> dict[str, Any]:
    rule: dict[str, Any] = {"ruleId": finding.code}
    if finding.code in places:
        rule["ruleIndex"] = places[finding.code]
    return {
        **rule,
        "level": LEVELS[finding.severity],
        "message": {"text": printable(words.advice(finding))},
        "locations": [_location(finding)],
        "partialFingerprints": {"schemaguard/v1": _fingerprint(finding)},
        "properties": {
            "database": finding.database,
            "migration": finding.migration,
            "operation": finding.operation,
        },
    }


def _location(finding: LintFinding) -> dict[str, Any]:
    names = (finding.database, finding.migration, finding.object)
    logical = {"fullyQualifiedName": printable(".".join(filter(None, names)))}
    where = {} if finding.location is None else physical(finding.location)
    return {**where, "logicalLocations": [logical]}


def _fingerprint(finding: LintFinding) -> str:
    table = finding.table.name if finding.table else None
    parts = (finding.database, finding.migration, finding.operation)
    text = json.dumps([finding.code, *parts, table, finding.object])
    return hashlib.sha256(text.encode()).hexdigest()


def _notifications(report: LintReport) -> list[dict[str, Any]]:
    failed = [
        notification("error", f"{words.failure(database)}: {database.error}")
        for database in report.databases
        if database.error is not None
    ]
    unjudged = [
        notification("note", f"Not judged ({alias}): {words.unjudged(each)}")
        for alias, each in report.unjudged
    ]
    return failed + unjudged
