"""What a repair does not bring back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import DatabaseError

from django_schemaguard.backends import backend_for
from django_schemaguard.core.finding import Cause

if TYPE_CHECKING:
    from django_schemaguard.backends.repair import Source, Work
    from django_schemaguard.backends.repair.base import Writer
    from django_schemaguard.core.report import Verdict


def lost(
    writer: Writer, source: Source, column: str, verdict: Verdict, work: Work
) -> tuple[str, ...]:
    """Return what rows lose whose column was dropped, as a sentence if anything.

    Args:
        writer: Of the database.
        source: The model with the column.
        column: Which is added again.
        verdict: That it is missing; where it never was there, nothing is lost.
        work: How it is added.
    """
    field: Any = source.field(column)
    dropped = verdict.cause is Cause.DRIFT and not field.generated
    if not (dropped and _may_be_filled(writer, source)):
        return ()
    given = _given(field, work)
    return (f"The values that '{column}' had are gone; its rows get {given}.",)


def _may_be_filled(writer: Writer, source: Source) -> bool:
    """Return whether there are rows, or the role may not look."""
    connection = writer.connection
    try:
        with backend_for(connection).spared(connection):
            return writer.filled(source.table.ref)
    except DatabaseError:
        return True


def _given(field: Any, work: Work) -> str:
    if any(stage.backfill is not None for stage in work.stages):
        return "new ones"
    if field.has_db_default():
        return "the database default"
    if field.null:
        return "NULL"
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return "the time of planning"
    return "the model's default"
