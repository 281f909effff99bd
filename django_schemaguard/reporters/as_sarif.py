"""SARIF 2.1.0, as code scanning services take it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django_schemaguard import __version__
from django_schemaguard.core.explanation import explain
from django_schemaguard.core.finding import Severity
from django_schemaguard.core.kinds import KINDS
from django_schemaguard.reporters import words
from django_schemaguard.reporters.as_json import provenance
from django_schemaguard.reporters.look import printable

if TYPE_CHECKING:
    from django_schemaguard.core.finding import Finding
    from django_schemaguard.core.report import Location, Report, Verdict
    from django_schemaguard.reporters.look import Look

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT = "%SRCROOT%"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
RULES = {kind.code: place for place, kind in enumerate(KINDS)}


def render(report: Report, look: Look) -> str:  # noqa: ARG001
    """Return the log; ASCII only."""
    return json.dumps(document(report), indent=2) + "\n"


def document(report: Report) -> dict[str, Any]:
    """Return the log as plain values: one run, all databases."""
    driver = {
        "name": "django-schemaguard",
        "semanticVersion": __version__,
        "rules": [_rule(kind) for kind in KINDS],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [
            {
                "executionSuccessful": report.reachable,
                "toolExecutionNotifications": _notifications(report),
            }
        ],
        "columnKind": "utf16CodeUnits",
        "results": [_result(verdict) for verdict in report.findings],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(kind: type[Finding]) -> dict[str, Any]:
    told = explain(kind)
    return {
        "id": told.code,
        "name": kind.__name__,
        "shortDescription": {"text": told.summary},
        "fullDescription": {"text": told.why},
        "help": {"text": told.fix},
        "defaultConfiguration": {"level": LEVELS[told.severity]},
        "properties": {"kind": told.kind},
    }


def _result(verdict: Verdict) -> dict[str, Any]:
    finding = verdict.finding
    rule = {"ruleId": finding.code}
    place = RULES.get(finding.code)
    return {
        **(rule if place is None else {**rule, "ruleIndex": place}),
        "level": LEVELS[verdict.severity],
        "message": {"text": printable(words.advice(verdict))},
        "locations": [_location(verdict)],
        "partialFingerprints": {"schemaguard/v1": _fingerprint(verdict)},
        "properties": {
            "database": verdict.database,
            "cause": verdict.cause.value,
            "migration": verdict.migration,
            **provenance(verdict),
        },
    }


def _location(verdict: Verdict) -> dict[str, Any]:
    finding = verdict.finding
    names = (verdict.database, str(finding.table), finding.object)
    logical = {"fullyQualifiedName": printable(".".join(filter(None, names)))}
    where = {} if verdict.location is None else physical(verdict.location)
    return {**where, "logicalLocations": [logical]}


def physical(place: Location) -> dict[str, Any]:
    """Return a line of the source as SARIF has it."""
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(place.path), "uriBaseId": ROOT},
            "region": {"startLine": place.line},
        }
    }


def _fingerprint(verdict: Verdict) -> str:
    finding = verdict.finding
    table = finding.table
    parts = (verdict.database, table.namespace, table.name, finding.object)
    text = json.dumps([finding.code, *parts])
    return hashlib.sha256(text.encode()).hexdigest()


def _notifications(report: Report) -> list[dict[str, Any]]:
    failed = [
        notification("error", f"{words.failure(database)}: {database.error}")
        for database in report.databases
        if database.error is not None
    ]
    skipped = [
        notification(
            "note", f"Not compared ({alias}): {words.subject(skip)}: {skip.reason}"
        )
        for alias, skip in report.skipped
    ]
    vanished = [
        notification(
            "note",
            f"In the baseline, and no longer found ({accepted.database}):"
            f" {words.vanished(accepted)}",
        )
        for accepted in report.vanished
    ]
    return failed + skipped + vanished


def notification(level: str, text: str) -> dict[str, Any]:
    """Return what the tool says about its own run."""
    return {"level": level, "message": {"text": printable(text)}}
