"""What `auto_fix` and `sync` say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django_schemaguard.reporters import plan_as_json, plan_as_text
from django_schemaguard.reporters.page import Page
from django_schemaguard.reporters.plan_as_text import REPAIR
from django_schemaguard.reporters.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django_schemaguard.core.plan import Plan
    from django_schemaguard.exceptions import SchemaguardError
    from django_schemaguard.models import Step
    from django_schemaguard.repair.running import Repair
    from django_schemaguard.reporters.look import Look
    from django_schemaguard.reporters.plan_as_text import Saying

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one database.

    Attributes:
        plan: None where none could be made.
        repair: None where nothing was tried.
        error: Why it was not begun.
        dry: Nothing was to be done.
    """

    alias: str
    plan: Plan | None = None
    repair: Repair | None = None
    error: SchemaguardError | None = None
    dry: bool = False


def planned(plan: Plan, look: Look, saying: Saying = REPAIR) -> str:
    """Return the plan, or that there is nothing to do."""
    if plan.steps or plan.refusals or plan.pending:
        return plan_as_text.render([plan], look, saying)
    page = Page(look)
    _nothing(page, plan.alias)
    return page.render()


def repaired(repair: Repair, look: Look, saying: Saying = REPAIR) -> str:
    """Return what was done, and what was left alone."""
    page = Page(look)
    if repair.made_journal:
        page.line("The journal's tables were made.")
    if repair.run is None and not repair.plan.steps:
        if not repair.made_journal:
            _nothing(page, repair.alias)
    else:
        page.line(f"{look.marks.fixing} {saying.doing} database '{repair.alias}'...")
    for entry in repair.entries:
        _entry(page, entry)
    if repair.failure is not None:
        _failure(page, repair.failure)
    elif repair.run is not None:
        done = count(len(repair.entries), "change")
        undo = f"'manage.py schemaguard rollback {repair.run}'"
        text = f"{look.marks.passed} {done} applied; to undo: {undo}."
        page.line((text, "green"), hang=3)
    plan_as_text.left_alone(page, repair.plan)
    return page.render()


def failure(alias: str, error: SchemaguardError, look: Look) -> str:
    """Return why a repair was not begun."""
    page = Page(look)
    page.line((f"{look.marks.error} Database '{alias}' was not repaired", "bold red"))
    page.line(str(error), indent=3, hang=2)
    if error.hint:
        page.line(("hint: ", "dim"), error.hint, indent=3, hang=2)
    return page.render()


def forbidden(error: SchemaguardError, look: Look) -> str:
    """Return what keeps a plan from being applied."""
    page = Page(look)
    page.line((f"{look.marks.error} It could not be applied: {error}", "bold red"))
    if error.hint:
        page.line(("hint: ", "dim"), error.hint, indent=3, hang=2)
    return page.render()


def _nothing(page: Page, alias: str) -> None:
    mark = page.look.marks.passed
    page.line((f"{mark} Database '{alias}': nothing to add.", "green"), hang=3)


def _entry(page: Page, entry: Step) -> None:
    how = "" if entry.status == "done" else f" ({entry.status})"
    page.line(
        f"{page.look.marks.passed} {entry}{how}, {entry.duration_ms} ms",
        indent=2,
        hang=3,
    )


def _failure(page: Page, error: SchemaguardError) -> None:
    page.line((f"{page.look.marks.error} {error}", "bold red"), hang=3)
    if error.hint:
        page.line(("hint: ", "dim"), error.hint, indent=3, hang=2)


def as_json(mode: str, told: Iterable[Told]) -> str:
    """Return one document for all databases."""
    return plan_as_json.render(mode, [_database(each) for each in told])


def _database(told: Told) -> dict[str, Any]:
    found: dict[str, Any] = {"alias": told.alias}
    if told.plan is not None:
        found |= plan_as_json.document(told.plan)
    repair, error = told.repair, told.error
    if repair is not None:
        error = repair.failure
    found |= {
        "dry_run": told.dry,
        "run": repair and repair.run,
        "applied": [_applied(entry) for entry in repair.entries] if repair else [],
        "error": error and {"message": str(error), "hint": error.hint},
        "exit_code": error.exit_code if error else 0,
    }
    if repair is not None and repair.report is not None:
        found["left"] = [
            plan_as_json.finding(verdict) for verdict in repair.report.verdicts
        ]
    return found


def _applied(entry: Step) -> dict[str, Any]:
    return {
        "step": entry.position,
        "status": entry.status,
        "kind": entry.kind,
        "table": entry.object_table,
        "object": entry.object_name,
        "statements": entry.statements,
        "attempts": entry.attempts,
        "waited_ms": entry.waited_ms,
        "duration_ms": entry.duration_ms,
    }
