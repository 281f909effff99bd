"""What lint says about a plan, and what of it may not pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.core.finding import Severity
from django_schemaguard.deploy.guard import first_loss
from django_schemaguard.deploy.losses import guards_now
from django_schemaguard.deploy.reversal import is_new
from django_schemaguard.exceptions import SchemaguardError
from django_schemaguard.lint import Context, judge

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django_schemaguard.core.lint import LintFinding
    from django_schemaguard.deploy.executor import Executor
    from django_schemaguard.deploy.planning import Prepared
    from django_schemaguard.deploy.request import Request

DESTROYS = "SG541"  # The rule about models that are deleted with their rows.


def lint(
    request: Request, executor: Executor, prepared: Prepared
) -> tuple[LintFinding, ...]:
    """Return the hazards of a plan, with live data.

    There are none where nothing is run, and in a new database: it has no rows, and
    nobody waits for its locks.
    """
    if request.fake or not prepared.steps or is_new(executor.loader):
        return ()
    context = Context(
        executor.connection,
        prepared.state.clone(),
        live=True,
        loader=executor.loader,
        allow=request.job.settings.allow,
        mode=request.job.mode,
        today=request.job.today,
        guarded=True,
    )
    return tuple(judge(prepared.steps, context))


class LintRefuses(SchemaguardError):
    """In production, lint found what must not pass."""

    exit_code = 1

    def __init__(self, refused: tuple[LintFinding, ...]) -> None:
        codes = _codes(refused)
        rows = _codes(each for each in refused if each.certain)
        rest = _codes(each for each in refused if not each.certain)
        hints = []
        if rows:
            told = " and ".join(rows)
            hints.append(f"Mend the rows that {told} tells of: they make it fail.")
        if rest:
            allow = " ".join(f"--allow {code}" for code in rest)
            hints.append(f"Mend the migration, or accept it with {allow}.")
        super().__init__(
            f"{', '.join(codes)} must not pass in production.", " ".join(hints)
        )


def _codes(found: Iterable[LintFinding]) -> list[str]:
    return sorted({each.code for each in found})


class DestroysRows(SchemaguardError):
    """In production, what is unapplied would take rows with it."""

    exit_code = 1


def refuse_losses(request: Request, executor: Executor, prepared: Prepared) -> None:
    """Refuse to unapply what holds rows, in production, where it is not allowed.

    Raises:
        DestroysRows: With the first table or column that holds something.
    """
    names = {str(migration) for migration, backwards in prepared.steps if backwards}
    allowed = request.fake or not request.strict or DESTROYS in request.allow
    if not names or allowed:
        return
    loss = first_loss(executor.connection, guards_now(executor, names))
    if loss is not None:
        raise DestroysRows(
            f"Unapplying would lose {loss.says}. Nothing was changed.",
            f"Back up, then accept it with --allow {DESTROYS}.",
        )


def blocking(
    request: Request, found: tuple[LintFinding, ...]
) -> tuple[LintFinding, ...]:
    """Return what stops the run: in production, errors and all that destroys."""
    if not request.strict:
        return ()
    return tuple(
        each
        for each in found
        if (each.severity is Severity.ERROR or each.destructive)
        and each.code not in request.allow
    )
