"""How a migrate run ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django_schemaguard.core.command_lines import completed

if TYPE_CHECKING:
    from django_schemaguard.core.lint import LintFinding
    from django_schemaguard.core.report import Report, Verdict
    from django_schemaguard.deploy.backup import Backup
    from django_schemaguard.deploy.planning import MigratePlan


@dataclass(frozen=True, slots=True)
class Result:
    """How a run ended.

    Attributes:
        status: As in the journal; "planned" where only the plan was asked for,
            "refused" where lint stopped it, "unchanged" where nothing was due.
        exit_code: As the contract of the command has it.
        plan: None where not even that could be made.
        fake: Migrations were recorded, and not run.
        run: Its key in the journal; None where nothing was to be journalled.
        applied: Done, and standing now, in their order; "app.name". Of a run that
            goes backwards: unapplied.
        put_back: Done, and undone after the failure.
        lint: What was found before.
        refused: What of it must not pass; empty where it is allowed.
        backup: Where the database was saved to.
        report: The validation after.
        news: Drift that was not there before.
        message: What went wrong, one line; "" where all is well.
        hint: What to do about it.
        seconds: Wall time.
    """

    alias: str
    status: str
    exit_code: int = 0
    plan: MigratePlan | None = None
    fake: bool = False
    run: int | None = None
    applied: tuple[str, ...] = ()
    put_back: tuple[str, ...] = ()
    lint: tuple[LintFinding, ...] = ()
    refused: tuple[LintFinding, ...] = ()
    backup: Backup | None = None
    report: Report | None = None
    news: tuple[Verdict, ...] = ()
    message: str = ""
    hint: str = ""
    seconds: float = 0.0

    @property
    def backwards(self) -> bool:
        """Whether the run unapplies migrations."""
        return self.plan is not None and self.plan.backwards

    @property
    def advice(self) -> str:
        """The hint, whose commands name the database."""
        return completed(self.hint, self.alias)
