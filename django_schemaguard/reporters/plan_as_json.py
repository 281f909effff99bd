"""A plan for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import django

from django_schemaguard import __version__
from django_schemaguard.core.command_lines import completed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django_schemaguard.core.plan import (
        Backfill,
        Guard,
        Plan,
        PlannedStep,
        Refusal,
        Stage,
        Target,
    )
    from django_schemaguard.core.report import Verdict

FORMAT = 1


def render(mode: str, databases: Iterable[dict[str, Any]]) -> str:
    """Return the document of several databases; ASCII only."""
    whole = {
        "format": FORMAT,
        "schemaguard": __version__,
        "django": django.get_version(),
        "mode": mode,
        "databases": list(databases),
    }
    return json.dumps(whole, indent=2) + "\n"


def document(plan: Plan) -> dict[str, Any]:
    """Return the plan of one database as plain values."""
    return {
        "alias": plan.alias,
        "vendor": plan.vendor,
        "fingerprint": plan.fingerprint,
        "steps": [_step(step) for step in plan.steps],
        "refused": [_refusal(refusal) for refusal in plan.refusals],
        "pending": [finding(verdict) for verdict in plan.pending],
    }


def finding(verdict: Verdict) -> dict[str, Any]:
    """Return what a finding is about."""
    finding = verdict.finding
    return {
        "code": finding.code,
        "kind": finding.kind,
        "severity": verdict.severity.word,
        "schema": finding.table.namespace,
        "table": finding.table.name,
        "object": finding.object,
        "model": finding.table.model,
        "cause": verdict.cause.value,
        "migration": verdict.migration,
        "message": verdict.message,
    }


def _step(step: PlannedStep) -> dict[str, Any]:
    return {
        "kind": step.kind,
        "finding": finding(step.verdict),
        "why": step.why,
        "rows": step.rows,
        "notes": list(step.notes),
        "warnings": list(step.warnings),
        "stages": [_stage(stage) for stage in step.stages],
    }


def _stage(stage: Stage) -> dict[str, Any]:
    return {
        "statements": list(stage.statements),
        "atomic": stage.atomic,
        "patient": stage.patient,
        "lock": stage.lock,
        "target": _target(stage.target),
        "precheck": _guard(stage.precheck),
        "proof": stage.proof or None,
        "backfill": _backfill(stage.backfill) if stage.backfill else None,
        "cleanup": list(stage.cleanup),
        "reverse": list(stage.reverse),
        "kept": stage.kept or None,
        "guard": _guard(stage.guard),
    }


def _target(target: Target) -> dict[str, Any]:
    return {
        "kind": target.kind,
        "schema": target.table.namespace,
        "table": target.table.name,
        "name": target.name or None,
    }


def _guard(guard: Guard) -> dict[str, Any] | None:
    if not guard.lock and not guard.loss:
        return None
    return {"lock": list(guard.lock), "loss": guard.loss or None, "says": guard.says}


def _backfill(backfill: Backfill) -> dict[str, Any]:
    return {
        "first": backfill.first,
        "following": backfill.following,
        "update": backfill.update,
    }


def _refusal(refusal: Refusal) -> dict[str, Any]:
    return {
        "finding": finding(refusal.verdict),
        "reason": refusal.reason,
        "count": refusal.count,
        "sample": list(refusal.sample),
        "query": refusal.query or None,
        "hint": completed(refusal.hint, refusal.verdict.database) or None,
    }
