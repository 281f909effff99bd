"""Compare the window before the last change of the schema with the one after it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from django_schemaguard.exceptions import UnknownName
from django_schemaguard.perf.storing import by_version, loaded, taken
from django_schemaguard.perf.windows import (
    Compared,
    come_and_gone,
    regressions,
    window,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django_schemaguard.models import QuerySnapshot

Span = tuple["QuerySnapshot", "QuerySnapshot"]


@dataclass(frozen=True, slots=True)
class TooFew:
    """There are not yet snapshots enough; says what is missing in one sentence."""

    reason: str


def compare_windows(
    alias: str,
    before: Sequence[int] | None = None,
    after: Sequence[int] | None = None,
) -> Compared | TooFew:
    """Compare two windows of one database.

    Args:
        alias: The database.
        before: Numbers of the snapshots that the window before begins and ends
            with; None: the last two of the version of the schema before this one.
        after: Likewise; None: from the first of this version to the last.

    Raises:
        UnknownName: There is no snapshot of such a number.
        SchemaguardError: There is no table of snapshots.
    """
    snapshots = taken(alias)
    spans = _spans(snapshots)
    first = _named(snapshots, before) if before else spans and spans[0]
    last = _named(snapshots, after) if after else spans and spans[1]
    if not first or not last:
        return TooFew(_lacking(snapshots))
    start = window(*map(loaded, first))
    whole = window(*map(loaded, last))
    inner = [it for it in snapshots if last[0].pk <= it.pk <= last[1].pk]
    ends = [loaded(it) for it in inner] if len(inner) > 2 else []
    parts = [window(*pair) for pair in pairwise(ends)]
    new, gone = come_and_gone(start, whole)
    return Compared(
        start, whole, regressions(start, [whole, *parts]), tuple(new), tuple(gone)
    )


def _spans(snapshots: list[QuerySnapshot]) -> tuple[Span, Span] | None:
    """Return the window before the last change, and the one after it."""
    versions = by_version(snapshots)
    if len(versions) < 2 or len(versions[-2]) < 2:
        return None
    before, now = versions[-2:]
    # Without a snapshot at the change, the time before it counts as after.
    start = now[0] if len(now) > 1 else before[-1]
    return (before[-2], before[-1]), (start, now[-1])


def _lacking(snapshots: list[QuerySnapshot]) -> str:
    if not snapshots:
        return "There is no snapshot yet."
    versions = len({it.schema_version for it in snapshots})
    if versions < 2:
        return f"The schema has not changed since snapshot {snapshots[0].pk}."
    return "There are no two snapshots of the schema before its last change."


def _named(snapshots: list[QuerySnapshot], numbers: Sequence[int]) -> Span:
    found = {it.pk: it for it in snapshots}
    for number in numbers:
        if number not in found:
            raise UnknownName(f"There is no snapshot {number}.")
    first, last = sorted(numbers)
    return found[first], found[last]
