"""Compare the window before the last change of the schema with the one after it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from django_schemaguard.exceptions import UnknownName
from django_schemaguard.perf.storing import by_version, loaded, taken
from django_schemaguard.perf.windows import (
    Compared,
    Window,
    come_and_gone,
    frequent,
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
            with; None: up to the last one of the version of the schema before this
            one, from as far back in that version as calls are needed.
        after: Likewise; None: from the first of this version to the last.

    Raises:
        UnknownName: There is no snapshot of such a number.
        SchemaguardError: There is no table of snapshots.
    """
    snapshots = taken(alias)
    versions = by_version(snapshots)
    last = _named(snapshots, after) if after else _since_change(versions)
    if not last:
        return TooFew(_lacking(snapshots))
    whole = window(*map(loaded, last))
    first = _named(snapshots, before) if before else _before_change(versions, whole)
    if not first:
        return TooFew(_lacking(snapshots))
    start = window(*map(loaded, first))
    inner = [it for it in snapshots if last[0].pk <= it.pk <= last[1].pk]
    ends = [loaded(it) for it in inner] if len(inner) > 2 else []
    parts = [window(*pair) for pair in pairwise(ends)]
    new, gone = come_and_gone(start, whole)
    return Compared(
        start, whole, regressions(start, [whole, *parts]), tuple(new), tuple(gone)
    )


def _since_change(versions: list[list[QuerySnapshot]]) -> Span | None:
    """Return the window after the last change of the schema."""
    if len(versions) < 2 or len(versions[-2]) < 2:
        return None
    before, now = versions[-2:]
    # Without a snapshot at the change, the time before it counts as after.
    return (now[0] if len(now) > 1 else before[-1]), now[-1]


def _before_change(versions: list[list[QuerySnapshot]], after: Window) -> Span | None:
    """Return the shortest window up to the last change that holds enough to compare.

    The further back it begins, the more calls it holds, so the beginning is searched
    for by halves.
    """
    if len(versions) < 2 or len(versions[-2]) < 2:
        return None
    *starts, end = versions[-2]
    last = loaded(end)

    def comparable(start: QuerySnapshot) -> set[str]:
        return frequent(window(loaded(start), last)) & frequent(after)

    wanted = comparable(starts[0])
    low, high = 0, len(starts) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if comparable(starts[middle]) >= wanted:
            low = middle
        else:
            high = middle - 1
    return starts[low], end


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
