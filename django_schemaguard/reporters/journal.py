"""The journal of runs, for people and for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django_schemaguard.reporters.page import Page
from django_schemaguard.reporters.words import count, moment, product

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django_schemaguard.models import Run, SchemaVersion, Step
    from django_schemaguard.reporters.look import Look

STYLES = {
    "done": "green",
    "failed": "bold red",
    "needs_resume": "bold red",
    "revert_blocked": "bold red",
}


def runs_as_text(
    runs: Sequence[Run], versions: Sequence[SchemaVersion], look: Look
) -> str:
    """Return a line for each run and each schema version, the latest first."""
    page = Page(look)
    if not runs:
        page.line("No runs.")
    wide = max((len(run.get_status_display()) for run in runs), default=0)
    for run in runs:
        page.line(
            (f"{run.pk:>5}", "bold"),
            f"  {moment(run.started)}  {run.command:10}  ",
            (f"{run.get_status_display():{wide}}", STYLES.get(run.status, "")),
            f"  {_did(run)}",
        )
    if versions:
        page.blank()
        page.line(("Schema versions", "bold"))
    for version in versions:
        made = f"run {version.run_id}" if version.run_id else version.source
        short = version.fingerprint[:19]
        page.line(f"{moment(version.recorded)}  {short}  {made}", indent=2)
    return page.render()


def _did(run: Run) -> str:
    """Return how much a run did; a rollback has no step where it reverses each."""
    steps = len(run.steps.all())
    if run.reverts_id is None:
        backwards = bool(set(run.plan) & set(run.applied_before))
        return count(steps, "step") + (", unapplying" if backwards else "")
    undoes = f"undoes run {run.reverts_id}"
    return f"{count(steps, 'step')}, {undoes}" if steps else undoes


def run_as_text(run: Run, look: Look, undone: Sequence[Step] = ()) -> str:
    """Return one run with each of its statements.

    Args:
        undone: The steps of another run that this one undid by their reverse.
    """
    page = Page(look)
    page.line((f"Run {run.pk}", "bold"), f": {run.command}, {run.get_status_display()}")
    for name, fact in _facts(run):
        if fact:
            page.line((f"{name}: ", "dim"), str(fact), indent=2, hang=4)
    for step in run.steps.all():
        _step(page, step)
    if undone:
        page.blank()
        page.line((f"Undone of run {run.reverts_id}", "bold"))
    for step in reversed(undone):
        page.line(f"{step.position}. {step}", indent=2)
        for statement in step.reverse:
            _sql(page, statement, "")
    return page.render()


def _facts(run: Run) -> tuple[tuple[str, object], ...]:
    who = "@".join(filter(None, (run.role, run.host)))  # SQLite has no roles.
    server = product(run.vendor, run.server_version)
    resumed = run.status in {run.Status.DONE, run.Status.ROLLED_BACK}
    return (
        ("database", f"{run.alias} ({server}, {run.database})"),
        ("by", f"{who}, process {run.os_pid}"),
        ("started", moment(run.started)),
        ("finished", run.finished and moment(run.finished)),
        ("arguments", " ".join(run.arguments)),
        ("undoes run", run.reverts_id),
        ("resumed after" if resumed else "error", run.error.get("message")),
    )


def _step(page: Page, step: Step) -> None:
    page.blank()
    page.line(
        (f"{step.position}. {step}", "bold"),
        " ",
        (step.get_status_display(), STYLES.get(step.status, "")),
        f", {step.duration_ms} ms",
        f", waited {step.waited_ms} ms" if step.waited_ms else "",
        f", {step.attempts} tries" if step.attempts > 1 else "",
    )
    for statement in step.statements:
        _sql(page, statement, "")
    for statement in step.reverse:
        _sql(page, statement, "-- undo: ")
    if step.error:
        page.line(f"error: {step.error.get('message')}", indent=3, hang=2)


def _sql(page: Page, statement: str, before: str) -> None:
    for line in f"{statement};".splitlines():
        page.line((before, "dim"), line, indent=3, hang=4)


def runs_as_json(
    runs: Sequence[Run],
    versions: Sequence[SchemaVersion],
    queries: Sequence[dict[str, Any]],
) -> str:
    """Return a JSON document of runs and versions, the steps left out.

    Args:
        queries: What queries cost in each version.
    """
    return _dumped(
        {
            "format": 1,
            "runs": [_run(run) for run in runs],
            "versions": [_version(version) for version in versions],
            "queries": list(queries),
        }
    )


def run_as_json(run: Run) -> str:
    """Return a JSON document of one run with its steps."""
    steps = [_fields(step, "id", "run_id") for step in run.steps.all()]
    return _dumped({"format": 1, "run": {**_run(run), "steps": steps}})


def _run(run: Run) -> dict[str, Any]:
    return {"run": run.pk, **_fields(run, "id")}


def _version(version: SchemaVersion) -> dict[str, Any]:
    return _fields(version, "id")


def _fields(record: Run | Step | SchemaVersion, *without: str) -> dict[str, Any]:
    fields = record._meta.concrete_fields  # noqa: SLF001
    values = {it.attname: getattr(record, it.attname) for it in fields}
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in values.items()
        if name not in without
    }


def _dumped(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
