"""The stages of a plan as the journal keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from django_schemaguard.backends.home import namespace_of
from django_schemaguard.core.plan import Guard, Target
from django_schemaguard.core.schema import TableRef
from django_schemaguard.models import Step

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import QuerySet

    from django_schemaguard.core.plan import PlannedStep, Stage


def entry_of(connection: BaseDatabaseWrapper, step: PlannedStep, stage: Stage) -> Step:
    """Return what to enter for a stage."""
    target, finding = stage.target, step.verdict.finding
    return Step(
        kind=step.kind,
        code=finding.code,
        object_type=target.kind,
        object_schema=namespace_of(connection, target.table) or "",
        object_table=target.table.name,
        object_name=target.name,
        atomic=stage.atomic,
        statements=list(stage.statements or _batches(stage)),
        reverse=list(stage.reverse),
        guard=_guard_as_json(stage, last=stage is step.stages[-1]),
        rows_estimate=step.rows,
    )


def _batches(stage: Stage) -> tuple[str, ...]:
    return () if stage.backfill is None else (stage.backfill.update,)


def _guard_as_json(stage: Stage, *, last: bool) -> dict[str, object]:
    guard = stage.guard
    return {
        "lock": list(guard.lock),
        "loss": guard.loss,
        "says": guard.says,
        "cleanup": list(stage.cleanup),
        "backfill": stage.backfill is not None,
        "kept": stage.kept,
        "last": last,
    }


def guard_of(entry: Step) -> Guard:
    """Return the guard of an entry."""
    kept = entry.guard or {}
    return Guard(
        tuple(kept.get("lock", ())), kept.get("loss", ""), kept.get("says", "")
    )


def cleanup_of(entry: Step) -> tuple[str, ...]:
    """Return what removes what a try that was cut short has left."""
    return tuple((entry.guard or {}).get("cleanup", ()))


def kept_of(entry: Step) -> str:
    """Return why a step is not undone, as half a sentence; "" where it is."""
    return str((entry.guard or {}).get("kept", ""))


def repairs_of(entries: QuerySet[Step]) -> QuerySet[Step]:
    """Return one entry for each repair, the last of those that it takes.

    Those of journals that do not say so count one by one.
    """
    return entries.filter(Q(guard__last=True) | Q(guard__last__isnull=True))


def is_backfill(entry: Step) -> bool:
    """Return whether the entry stands for values, not for an object."""
    return bool((entry.guard or {}).get("backfill"))


def target_of(entry: Step) -> Target:
    """Return the object of an entry."""
    table = TableRef(entry.object_schema or None, entry.object_table)
    return Target(entry.object_type, table, entry.object_name)


def subject_of(target: Target) -> str:
    """Return an object for people, such as "column 'shop_order.total'"."""
    name = ".".join(filter(None, (target.table.brief, target.name)))
    return f"{target.kind} '{name}'"
