"""A plan for people: what would be run statement by statement, and its reverse."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django_schemaguard.core.command_lines import completed
from django_schemaguard.core.finding import Severity
from django_schemaguard.reporters import words
from django_schemaguard.reporters.page import Page

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django_schemaguard.core.plan import (
        Backfill,
        Guard,
        Plan,
        PlannedStep,
        Refusal,
        Stage,
    )
    from django_schemaguard.core.report import Verdict
    from django_schemaguard.reporters.look import Look

COUNTED = 1_001  # No more offending rows are counted.
STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


class Saying(NamedTuple):
    """The words for what is planned.

    Attributes:
        noun: Of one step.
        nothing: That there is none.
        doing: That it is being done, up to the name of the database.
    """

    noun: str
    nothing: str
    doing: str


REPAIR = Saying("repair", "Nothing to repair", "Auto-fixing")
ADDITION = Saying("addition", "Nothing can be added", "Adding to")


def render(plans: Iterable[Plan], look: Look, saying: Saying = REPAIR) -> str:
    """Return the plans, the summary as the last line."""
    plans = tuple(plans)
    page = Page(look)
    for plan in plans:
        if plan.steps or plan.refusals or plan.pending:
            page.blank()
            server = words.product_name(plan.vendor, plan.server_version)
            page.line((f"Database '{plan.alias}'", "bold"), f": {server}")
            _plan(page, plan)
    page.blank()
    page.line(summary(plans, saying))
    return page.render()


def summary(plans: Iterable[Plan], saying: Saying = REPAIR) -> str:
    """Return one line: how much would be done, and how much is left."""
    plans = tuple(plans)
    steps = [step for plan in plans for step in plan.steps]
    refused = sum(len(plan.refusals) for plan in plans)
    pending = sum(len(plan.pending) for plan in plans)
    done = f"{repairs(steps, saying)} planned" if steps else saying.nothing
    left = f", {refused} left alone" if refused else ""
    return done + left + (f", {pending} left to 'migrate'" if pending else "")


def repairs(steps: Collection[PlannedStep], saying: Saying = REPAIR) -> str:
    """Return how many repairs there are, and in how many steps of the journal."""
    stages = sum(len(step.stages) for step in steps)
    more = f" in {stages} steps" if stages > len(steps) else ""
    return words.count(len(steps), saying.noun) + more


def _plan(page: Page, plan: Plan) -> None:
    for number, step in enumerate(plan.steps, start=1):
        page.blank()
        _step(page, number, step)
    left_alone(page, plan)


def left_alone(page: Page, plan: Plan) -> None:
    """Add what is refused, and what belongs to pending migrations."""
    if plan.refusals:
        page.blank()
        page.line(f"Left alone ({len(plan.refusals)}):")
        for refusal in plan.refusals:
            _refusal(page, refusal)
    if plan.pending:
        page.blank()
        page.line(f"Left to 'manage.py migrate' ({len(plan.pending)}):")
        for verdict in plan.pending:
            _headline(page, verdict)


def _step(page: Page, number: int, step: PlannedStep) -> None:
    code = step.verdict.finding.code
    page.line((f"{number}. {step.why}", "bold"), (f" [{code}]", "dim"), hang=3)
    if step.rows is not None:
        page.line(("rows: ", "dim"), f"about {step.rows:,}", indent=3, hang=2)
    warnings(page, step, indent=3)
    for note in step.notes:
        page.line(("note: ", "dim"), note, indent=3, hang=2)
    for stage in step.stages:
        _stage(page, stage)


def warnings(page: Page, step: PlannedStep, *, indent: int) -> None:
    """Add what a repair leaves amiss."""
    for warning in step.warnings:
        text = f"{page.look.marks.warning} {warning}"
        page.line((text, STYLES[Severity.WARNING]), indent=indent, hang=3)


def _stage(page: Page, stage: Stage) -> None:
    page.line((f"{_manner(stage)}; lock: ", "dim"), stage.lock, indent=3, hang=2)
    _guard(page, stage.precheck, "only where this finds no row:")
    for statement in stage.statements:
        _sql(page, statement)
    if stage.backfill is not None:
        _backfill(page, stage.backfill)
    if stage.proof:
        page.line(("then only where this finds no row:", "dim"), indent=5)
        _sql(page, stage.proof, indent=7)
    if stage.reverse:
        page.line(("to undo it:", "dim"), indent=5)
        _guard(page, stage.guard, "only where this finds no row:", indent=7)
        for statement in stage.reverse:
            _sql(page, statement, indent=7)
    if stage.kept:
        page.line(("cannot be undone: ", "dim"), stage.kept, indent=5, hang=2)


def _manner(stage: Stage) -> str:
    if stage.backfill is not None:
        return "in batches, each in a transaction"
    return "in a transaction" if stage.atomic else "outside of a transaction"


def _guard(page: Page, guard: Guard, words_for_loss: str, indent: int = 5) -> None:
    for statement in guard.lock:
        _sql(page, statement, indent=indent)
    if guard.loss:
        page.line((words_for_loss, "dim"), indent=indent)
        _sql(page, guard.loss, indent=indent + 2)


def _backfill(page: Page, backfill: Backfill) -> None:
    for statement in (backfill.first, backfill.following, backfill.update):
        _sql(page, statement)


def _sql(page: Page, statement: str, indent: int = 5) -> None:
    # A line that is broken could not be copied, since literals would be, too.
    page.whole((f"{statement};", "cyan"), indent=indent)


def _headline(page: Page, verdict: Verdict) -> None:
    mark = getattr(page.look.marks, verdict.severity.word)
    style = STYLES[verdict.severity]
    headline = f"{mark} {words.headline(verdict)}"
    code = f" [{verdict.finding.code}]"
    page.line((headline, style), (code, "dim"), indent=2, hang=3)


def _refusal(page: Page, refusal: Refusal) -> None:
    _headline(page, refusal.verdict)
    page.line(("reason: ", "dim"), refusal.reason, indent=5, hang=2)
    if refusal.count is not None:
        rows = f"{refusal.count:,}" if refusal.count < COUNTED else "over 1,000"
        more = ", …" if refusal.count > len(refusal.sample) else ""
        shown = f" ({'; '.join(refusal.sample)}{more})" if refusal.sample else ""
        page.line(("rows: ", "dim"), f"{rows}{shown}", indent=5, hang=2)
    if refusal.query:
        page.line(("query:", "dim"), indent=5)
        _sql(page, refusal.query, indent=7)
    if refusal.hint:
        hint = completed(refusal.hint, refusal.verdict.database)
        page.line(("hint: ", "dim"), hint, indent=5, hang=2)
