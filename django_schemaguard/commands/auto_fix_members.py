"""`auto_fix` of many schemas or databases, one of which goes first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import connections

from django_schemaguard.commands import auto_fix_report as report
from django_schemaguard.commands.rollout_told import Told
from django_schemaguard.exceptions import NotPermitted
from django_schemaguard.executor.rights import check_rights
from django_schemaguard.repair.planning import Choices, plan
from django_schemaguard.repair.running import Pace, Repair, perform
from django_schemaguard.reporters.words import count
from django_schemaguard.tenants.rollout import Attempt, Fate

if TYPE_CHECKING:
    from django_schemaguard.core.plan import Plan
    from django_schemaguard.pipeline import Job
    from django_schemaguard.reporters.look import Look
    from django_schemaguard.tenants.members import Member


@dataclass(frozen=True, slots=True)
class Repairs:
    """The task of `auto_fix`; see `rollout.Task`."""

    choices: Choices
    pace: Pace
    look_of: Look
    dry: bool
    asks: bool

    def look(self, member: Member, job: Job) -> Told:
        """Say what would be added; do nothing."""
        made = plan(member.alias, job, self.choices)
        lacking = forbidden(made)
        text = report.dry(made, lacking, self.look_of)
        fate = Fate.DONE if made.steps else Fate.UNCHANGED
        told = report.Told(member.alias, made, dry=True, forbidden=lacking)
        document = report.database(told)
        return Told(Attempt(member, fate), text, document)

    def act(self, member: Member, job: Job, *, first: bool) -> Told:
        """Add it, and look whether what was missing is there."""
        del first
        pace = replace(self.pace, progress=job.progress)
        made = plan(member.alias, job, self.choices)
        repair = perform(made, job, self.choices, pace)
        attempt = _attempt(member, repair)
        told = report.Told(member.alias, repair.plan, repair, code=attempt.exit_code)
        return Told(
            attempt,
            report.repaired(repair, self.look_of),
            report.database(told),
        )


def forbidden(made: Plan) -> NotPermitted | None:
    """Return what the role may not do of a plan; None where it may do all."""
    try:
        check_rights(connections[made.alias], made.steps)
    except NotPermitted as error:
        return error
    return None


def _attempt(member: Member, repair: Repair) -> Attempt:
    failure = repair.failure
    if failure is not None:
        said, code = str(failure), failure.exit_code
        return Attempt(member, Fate.FAILED, code, repair.run, said, failure.hint)
    code = report.errors_left(repair.plan)
    if repair.run is None:
        return Attempt(member, Fate.UNCHANGED, code)
    left = _left(repair)
    if left:
        said = (
            f"Run {repair.run} was to mend {count(left, 'finding')} that stand still."
        )
        return Attempt(member, Fate.FAILED, 1, repair.run, said)
    return Attempt(member, Fate.DONE, code, repair.run)


def _left(repair: Repair) -> int:
    """Return how many findings of the plan the validation after it has again."""
    if repair.report is None:
        return 0
    found = [verdict.finding for verdict in repair.report.verdicts]
    return sum(step.verdict.finding in found for step in repair.plan.steps)
