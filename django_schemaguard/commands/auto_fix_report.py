"""What `auto_fix` and `sync` say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from django_schemaguard.core.command_lines import completed
from django_schemaguard.core.finding import Severity
from django_schemaguard.executor.entries import kept_of
from django_schemaguard.models import Step
from django_schemaguard.reporters import plan_as_json, plan_as_text
from django_schemaguard.reporters.page import Page
from django_schemaguard.reporters.plan_as_text import REPAIR
from django_schemaguard.reporters.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django_schemaguard.core.plan import Plan, PlannedStep
    from django_schemaguard.exceptions import SchemaguardError
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
        forbidden: What would keep the plan of a dry run from being applied.
        code: What the command exits with, as far as this database goes.
    """

    alias: str
    plan: Plan | None = None
    repair: Repair | None = None
    error: SchemaguardError | None = None
    dry: bool = False
    forbidden: SchemaguardError | None = None
    code: int = 0


def planned(plan: Plan, look: Look, saying: Saying = REPAIR) -> str:
    """Return the plan, or that there is nothing to do."""
    if plan.steps or plan.refusals or plan.pending:
        return plan_as_text.render([plan], look, saying)
    page = Page(look)
    _nothing(page, plan)
    return page.render()


def dry(plan: Plan, forbidden: SchemaguardError | None, look: Look) -> str:
    """Return the plan, what forbids it, and how the run itself would end."""
    page = Page(look)
    if forbidden is not None:
        text = f"{look.marks.error} It could not be applied: {forbidden}"
        page.line((text, "bold red"))
        _hint(page, forbidden, plan.alias)
    code = forbidden.exit_code if forbidden else errors_left(plan)
    if plan.steps or code:
        then = f"; the run's would be {code}" if code else ""
        page.line(f"Nothing was changed: exit code 0{then}.")
    return planned(plan, look) + page.render()


def errors_left(plan: Plan) -> int:
    """Return the exit code for what is left alone: 1 where an error is among it."""
    return int(_errors(plan) > 0)


def _errors(plan: Plan) -> int:
    return sum(it.verdict.severity is Severity.ERROR for it in plan.refusals)


def repaired(repair: Repair, look: Look, saying: Saying = REPAIR) -> str:
    """Return what was done, and what was left alone."""
    page = Page(look)
    if repair.made_journal:
        page.line("The journal's tables were made.")
    if repair.run is None and not repair.plan.steps:
        if not repair.made_journal:
            _nothing(page, repair.plan)
    else:
        page.line(f"{look.marks.fixing} {saying.doing} database '{repair.alias}'...")
    _ran(page, repair, saying)
    plan_as_text.left_alone(page, repair.plan)
    if errors_left(repair.plan) and repair.failure is None:
        left = count(_errors(repair.plan), "error")
        page.blank()
        page.line(f"{look.marks.error} {left} left alone: exit code 1.")
    return page.render()


def _ran(page: Page, repair: Repair, saying: Saying) -> None:
    """Say what was done, what was put back, and how it ended."""
    for step, entries in _by_repair(repair):
        _done(page, entries)
        plan_as_text.warnings(page, step, indent=5)
    for entry in repair.undone:
        page.line(f"{entry}: {entry.get_status_display()}", indent=2, hang=3)
    if repair.failure is not None:
        _failure(page, repair.failure, repair.alias)
    elif repair.run is not None:
        done = plan_as_text.repairs(repair.plan.steps, saying)
        text = f"{page.look.marks.passed} {done} applied; {_way_back(repair)}."
        page.line((text, "green"), hang=3)


def _way_back(repair: Repair) -> str:
    """Return how it is undone, as half a sentence."""
    if not any(entry.reverse for entry in repair.entries):
        return "this cannot be undone"
    skip = any(map(kept_of, repair.entries))
    what, option = ("what can be", " --skip-blocked") if skip else ("", "")
    command = f"'manage.py schemaguard rollback {repair.run}{option}'"
    command = completed(command, repair.alias)
    return f"to undo{f' {what}' if what else ''}: {command}"


def _by_repair(repair: Repair) -> Iterator[tuple[PlannedStep, tuple[Step, ...]]]:
    """Yield each repair that is whole, with its entries in the journal."""
    entries = iter(repair.entries)
    for step in repair.plan.steps:
        found = tuple(islice(entries, len(step.stages)))
        if found:
            yield step, found


def failure(alias: str, error: SchemaguardError, look: Look) -> str:
    """Return why a repair was not begun."""
    page = Page(look)
    page.line((f"{look.marks.error} Database '{alias}' was not repaired", "bold red"))
    page.line(str(error), indent=3, hang=2)
    _hint(page, error, alias)
    return page.render()


def _nothing(page: Page, plan: Plan) -> None:
    """Say so; well it is only where no error is left alone."""
    text = f"Database '{plan.alias}': nothing to add."
    if errors_left(plan):
        page.line(text, hang=3)
    else:
        page.line((f"{page.look.marks.passed} {text}", "green"), hang=3)


def _done(page: Page, entries: Sequence[Step]) -> None:
    last = entries[-1]
    adopted = all(entry.status == Step.Status.ADOPTED for entry in entries)
    steps = f" in {len(entries)} steps" if len(entries) > 1 else ""
    spent = sum(entry.duration_ms for entry in entries)
    text = f"{last}{' (adopted)' if adopted else ''}{steps}, {spent} ms"
    page.line(f"{page.look.marks.passed} {text}", indent=2, hang=3)


def _failure(page: Page, error: SchemaguardError, alias: str) -> None:
    page.line((f"{page.look.marks.error} {error}", "bold red"), hang=3)
    _hint(page, error, alias)


def _hint(page: Page, error: SchemaguardError, alias: str) -> None:
    if error.hint:
        hint = completed(error.hint, alias)
        page.line(("hint: ", "dim"), hint, indent=3, hang=2)


def as_json(mode: str, told: Iterable[Told]) -> str:
    """Return one document for all databases."""
    return plan_as_json.render(mode, [database(each) for each in told])


def database(told: Told) -> dict[str, Any]:
    """Return what came of one database as plain values."""
    found: dict[str, Any] = {"alias": told.alias}
    if told.plan is not None:
        found |= plan_as_json.document(told.plan)
    repair, error = told.repair, told.error
    if repair is not None:
        error = repair.failure
    found |= {
        "dry_run": told.dry,
        "forbidden": _error(told.forbidden, told.alias),
        "run": repair and repair.run,
        "made_journal": bool(repair and repair.made_journal),
        "applied": [_applied(entry) for entry in repair.entries] if repair else [],
        "undone": [_applied(entry) for entry in repair.undone] if repair else [],
        "error": _error(error, told.alias),
        "exit_code": told.code,
    }
    if repair is not None and repair.report is not None:
        found["left"] = [
            plan_as_json.finding(verdict) for verdict in repair.report.verdicts
        ]
    return found


def _error(error: SchemaguardError | None, alias: str) -> dict[str, str] | None:
    if error is None:
        return None
    return {"message": str(error), "hint": completed(error.hint, alias)}


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
