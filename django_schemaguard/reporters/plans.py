"""Plans of repairs, and what came of them, for people and for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import django_schemaguard
from django_schemaguard.reporters.page import Page
from django_schemaguard.reporters.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django_schemaguard.core.plan import Plan, PlannedStep, Refusal, Stage
    from django_schemaguard.core.report import Verdict
    from django_schemaguard.reporters.look import Look

FORMAT = 1


def plan_as_text(plan: Plan, look: Look) -> str:
    """Return what would be run, statement by statement, and what is left alone."""
    page = Page(look)
    steps = count(len(plan.steps), "step")
    page.line((f"Database '{plan.alias}'", "bold"), f": {steps} to apply")
    for number, step in enumerate(plan.steps, start=1):
        _step(page, number, step)
    left_alone(page, plan)
    return page.render()


def _step(page: Page, number: int, step: PlannedStep) -> None:
    page.blank()
    page.line((f"{number}. {step.why}", "bold"), (f" [{step.kind}]", "dim"))
    rows = "" if step.rows is None else f"about {count(step.rows, 'row')}"
    for note in filter(None, (rows, *step.notes)):
        page.line(note, indent=3, hang=2)
    for stage in step.stages:
        _stage(page, stage)


def _stage(page: Page, stage: Stage) -> None:
    way = "in one transaction" if stage.atomic else "by itself, not in a transaction"
    page.line((f"-- {stage.lock or 'no lock'}; {way}", "dim"), indent=3, hang=3)
    if stage.backfill is not None:
        page.line(("-- in batches, for each row that has no value:", "dim"), indent=3)
        _sql(page, stage.backfill.update)
    for statement in stage.statements:
        _sql(page, statement)
    for statement in stage.reverse:
        _sql(page, statement, "-- undo: ")


def _sql(page: Page, statement: str, before: str = "") -> None:
    lines = f"{statement};".splitlines()
    for position, line in enumerate(lines):
        lead = before if position == 0 or before else ""
        page.line((lead, "dim"), line, indent=3, hang=4)


def left_alone(page: Page, plan: Plan) -> None:
    """Add what is refused, and what belongs to pending migrations."""
    if plan.refusals:
        page.blank()
        page.line((f"Left alone ({len(plan.refusals)}):", "bold"))
    for refusal in plan.refusals:
        _refusal(page, refusal)
    if plan.pending:
        page.blank()
        page.line(
            f"{count(len(plan.pending), 'finding')} of pending migrations:"
            " run 'manage.py schemaguard migrate'."
        )


def _refusal(page: Page, refusal: Refusal) -> None:
    mark = getattr(page.look.marks, refusal.verdict.severity.word)
    page.line(f"{mark} {refusal.verdict.finding.message}", indent=2, hang=3)
    page.line(f"refused: {refusal.reason}", indent=5, hang=2)
    if refusal.count is not None:
        page.line(f"rows: {_capped(refusal.count)}", indent=5)
    if refusal.sample:
        page.line(f"keys: {', '.join(refusal.sample)}", indent=5, hang=2)
    if refusal.query:
        page.line(f"query: {refusal.query};", indent=5, hang=2)
    if refusal.hint:
        page.line(("hint: ", "dim"), refusal.hint, indent=5, hang=2)


def _capped(number: int) -> str:
    return "more than 1000" if number > 1000 else str(number)


def document(mode: str, databases: Iterable[dict[str, Any]]) -> str:
    """Return the JSON document of a run over several databases."""
    whole = {
        "format": FORMAT,
        "schemaguard": django_schemaguard.__version__,
        "mode": mode,
        "databases": list(databases),
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def plan_as_json(plan: Plan) -> dict[str, Any]:
    """Return a plan as the value of one database."""
    return {
        "alias": plan.alias,
        "vendor": plan.vendor,
        "fingerprint": plan.fingerprint,
        "steps": [_step_as_json(step) for step in plan.steps],
        "refused": [_refusal_as_json(refusal) for refusal in plan.refusals],
        "pending": findings_as_json(plan.pending),
    }


def _step_as_json(step: PlannedStep) -> dict[str, Any]:
    return {
        "kind": step.kind,
        **_finding(step.verdict),
        "why": step.why,
        "rows": step.rows,
        "notes": list(step.notes),
        "stages": [_stage_as_json(stage) for stage in step.stages],
    }


def _stage_as_json(stage: Stage) -> dict[str, Any]:
    backfill = stage.backfill
    return {
        "statements": list(stage.statements),
        "backfill": None if backfill is None else backfill.update,
        "atomic": stage.atomic,
        "patient": stage.patient,
        "lock": stage.lock,
        "precheck": stage.precheck.loss,
        "reverse": list(stage.reverse),
        "guard": {"lock": list(stage.guard.lock), "loss": stage.guard.loss},
    }


def _refusal_as_json(refusal: Refusal) -> dict[str, Any]:
    return {
        **_finding(refusal.verdict),
        "reason": refusal.reason,
        "count": refusal.count,
        "sample": list(refusal.sample),
        "query": refusal.query,
        "hint": refusal.hint,
    }


def findings_as_json(verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    """Return the addresses of findings."""
    return [
        _finding(verdict) | {"migration": verdict.migration} for verdict in verdicts
    ]


def _finding(verdict: Verdict) -> dict[str, Any]:
    finding = verdict.finding
    return {
        "code": finding.code,
        "severity": verdict.severity.word,
        "schema": finding.table.namespace,
        "table": finding.table.name,
        "object": finding.object,
        "message": finding.message,
    }
