"""What is about to be done, and what becomes of it where it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.deploy.planning import MigratePlan
    from django_schemaguard.deploy.request import Request


def promise(request: Request, plan: MigratePlan) -> str:
    """Say what a run is about to do, and what becomes of it where it fails."""
    count = len(plan.migrations)
    noun = "1 migration" if count == 1 else f"{count} migrations"
    doing = f"Unapplying {noun} of" if plan.backwards else f"Applying {noun} to"
    if request.fake:
        how = "unapplied" if plan.backwards else "applied"
        return f"Recording {noun} of database '{request.alias}' as {how}."
    if request.single_transaction:
        then = "If one fails, nothing is changed."
    elif request.put_back:
        then = fate(plan)
    else:
        then = "If one fails, what was done before it stays."
    return f"{doing} database '{request.alias}'. {then}".rstrip()


def fate(plan: MigratePlan) -> str:
    """Say what becomes of a run that fails, wherever it fails; "" for an empty plan."""
    return " ".join(_sentences(plan))


def _sentences(plan: MigratePlan) -> Iterator[str]:
    *before, last = plan.migrations or (None,)
    if last is None:
        return
    if not before and last.atomic:
        yield "If it fails, nothing is changed."
    elif before and plan.backwards:
        yield "If one fails, what was unapplied before it stays unapplied."
    elif before:
        met = (it for it in plan.obstacles if it.migration != last.name)
        obstacle = next(met, None)
        unless = f", unless {obstacle.clause}, is among them" if obstacle else ""
        yield f"If one fails, those before it are undone{unless}."
    if not all(migration.atomic for migration in plan.migrations):
        half = "One that fails half-way" if before else "If it fails half-way, it"
        yield f"{half} waits for 'manage.py schemaguard resume'."
