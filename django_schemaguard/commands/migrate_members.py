"""`migrate` of many schemas or databases, one of which goes first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django_schemaguard.commands import migrate_report
from django_schemaguard.commands.migrate_json import as_document
from django_schemaguard.commands.migrate_text import as_text
from django_schemaguard.commands.rollout_told import Told
from django_schemaguard.deploy.due import is_due
from django_schemaguard.deploy.preview import plan
from django_schemaguard.deploy.request import Request
from django_schemaguard.deploy.run import migrate
from django_schemaguard.tenants.rollout import Attempt, Fate

if TYPE_CHECKING:
    from django_schemaguard.deploy.result import Result
    from django_schemaguard.pipeline import Job
    from django_schemaguard.reporters.look import Look
    from django_schemaguard.tenants.members import Member


@dataclass(frozen=True, slots=True)
class Migrations:
    """The task of `migrate`; see `rollout.Task`.

    Attributes:
        request_for: Makes the request for an alias.
        check: Where migrations are due, that is a failure.
    """

    request_for: Callable[[str, Job], Request]
    look_of: Look
    dry: bool
    check: bool
    asks: bool = False

    def look(self, member: Member, job: Job) -> Told:
        """Say what would be applied; do nothing."""
        result = plan(self.request_for(member.alias, job))
        if self.check:
            result = migrate_report.checked(result)
        return self._told(member, result)

    def act(self, member: Member, job: Job, *, first: bool) -> Told:
        """Apply it, and validate."""
        del first
        request = self.request_for(member.alias, job)
        if not is_due(request):
            return Told(Attempt(member, Fate.UNCHANGED))
        return self._told(member, migrate(request))

    def _told(self, member: Member, result: Result) -> Told:
        unchanged = result.status == "unchanged"
        fate = Fate.UNCHANGED if unchanged else Fate.DONE
        attempt = Attempt(
            member,
            Fate.FAILED if result.exit_code else fate,
            result.exit_code,
            result.run,
            result.message,
            result.advice,
        )
        full = result.status == "planned"
        text = as_text((result,), self.look_of, full=full)
        return Told(attempt, text, as_document(result))
