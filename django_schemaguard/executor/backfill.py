"""Give rows the values that they lack, in batches by key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django_schemaguard.exceptions import NotInTime

if TYPE_CHECKING:
    from django_schemaguard.core.plan import Backfill
    from django_schemaguard.executor.place import Place
    from django_schemaguard.models import Run


class BackfillUnfinished(NotInTime):
    """Some rows have got their values; the rest is for the next run."""


def fill(place: Place, run: Run, backfill: Backfill, what: str) -> int:
    """Write the values, a batch a transaction; return how many rows got one.

    What is written stays when it ends early, and is not written again.

    Args:
        place: Where.
        run: Is shown to be alive after each batch.
        backfill: The statements and the values.
        what: The column, for progress.

    Raises:
        BackfillUnfinished: The deadline came first.
        django.db.Error: A batch failed; those before stay.
    """
    last: tuple[Any, ...] = ()
    written = 0
    while True:
        place.lock.check()
        if place.deadline.passed:
            raise BackfillUnfinished(
                f"{what.capitalize()}: {written} rows have got a value, not yet all.",
                "Run the command again: it goes on where this run stopped.",
            )
        with place.session.transaction(place.lock_ms, place.deadline.left_ms):
            keys = _batch(place, backfill, last)
            _write(place, backfill, keys)
        if not keys:
            return written
        last, written = keys[-1], written + len(keys)
        place.journal.beat(run)
        place.progress(f"{what}: {written} rows have got a value")


def _batch(
    place: Place, backfill: Backfill, last: tuple[Any, ...]
) -> list[tuple[Any, ...]]:
    with place.connection.cursor() as cursor:
        if last:
            cursor.execute(backfill.following, last)
        else:
            cursor.execute(backfill.first)
        return [tuple(row) for row in cursor.fetchall()]


def _write(place: Place, backfill: Backfill, keys: list[tuple[Any, ...]]) -> None:
    values: list[Any] = [[backfill.value(), *key] for key in keys]
    with place.connection.cursor() as cursor:
        cursor.executemany(backfill.update, values)
