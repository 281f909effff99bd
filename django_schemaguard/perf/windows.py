"""What statements cost between two snapshots, and which cost more than before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from django_schemaguard.perf.reading import Stat

FEWEST = 50  # Calls on both sides.
SLOWER = 1.5  # Times the mean of before.
MORE_MS = 1.0  # Milliseconds above it.
MORE_BLOCKS = 1.5  # Times the blocks of one call.
MUCH_SLOWER = 3.0  # Times the mean, in each of two windows, whatever the blocks.


@dataclass(frozen=True, slots=True)
class Taken:
    """A snapshot, as it was stored.

    Attributes:
        number: Its primary key.
        version: Of the schema and the applied migrations.
        stats: By fingerprint.
        evicted: As the server counts; None where it does not.
        hidden: Statements whose text the role may not read.
    """

    number: int
    taken: datetime
    version: str
    stats: Mapping[str, Stat]
    reset: datetime | None = None
    evicted: int | None = None
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """What ran between two snapshots.

    Attributes:
        stats: By fingerprint; only what ran.
        doubts: Why the counts may not be complete, one sentence each.
    """

    first: Taken
    last: Taken
    stats: Mapping[str, Stat]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Regression:
    """A statement that costs more than before.

    Attributes:
        before: Its counts in the window before; `after` likewise.
    """

    before: Stat
    after: Stat

    @property
    def times(self) -> float:
        """How many times the mean has become."""
        return mean(self.after) / mean(self.before)


@dataclass(frozen=True, slots=True)
class Compared:
    """What changed between two windows.

    Attributes:
        slower: The statements that cost more, the worst first.
        new: Those that ran after only.
        gone: Those that ran before only.
    """

    before: Window
    after: Window
    slower: tuple[Regression, ...]
    new: tuple[Stat, ...]
    gone: tuple[Stat, ...]

    @property
    def compared(self) -> int:
        """How many statements ran often enough in both windows."""
        return len(frequent(self.before) & frequent(self.after))

    @property
    def rare(self) -> int:
        """How many ran in both windows, but not often enough."""
        return len({*self.before.stats} & {*self.after.stats}) - self.compared

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why this may not be the whole truth, one sentence each."""
        found = [*self.before.doubts, *self.after.doubts]
        if not self.compared:
            poor = [it for it in (self.before, self.after) if not frequent(it)]
            where = [
                f"between snapshots {it.first.number} and {it.last.number}"
                for it in poor
            ]
            found += [
                f"No statement ran {FEWEST} times {it}, so none was compared."
                for it in where or ["in both windows"]
            ]
        return tuple(dict.fromkeys(found))


def mean(stat: Stat) -> float:
    """Return the milliseconds of one call."""
    return stat.total_ms / stat.calls


def per_call(stat: Stat) -> float:
    """Return the blocks of one call."""
    return stat.blocks / stat.calls


def frequent(window: Window) -> set[str]:
    """Return the fingerprints of what ran often enough to be compared."""
    return {key for key, stat in window.stats.items() if stat.calls >= FEWEST}


def window(first: Taken, last: Taken) -> Window:
    """Return what ran between two snapshots of one database.

    Where the server began to count anew in between, what it has since is taken. What
    the first snapshot lacks may have been hidden from it, and is left out then.
    """
    anew = first.reset != last.reset
    stats = {}
    for key, end in last.stats.items():
        start = None if anew else first.stats.get(key)
        if start is None and first.hidden and not (anew or _is_newer(end, first)):
            continue
        ran = (
            end if start is None or _restarted(start, end, first) else _less(end, start)
        )
        if ran.calls > 0:
            stats[key] = ran
    return Window(first, last, stats, tuple(_doubts(first, last, anew=anew)))


def _restarted(start: Stat, end: Stat, first: Taken) -> bool:
    """Return whether the statement was evicted, or the counts reset, in between."""
    anew = _is_newer(end, first)
    return anew or end.calls < start.calls or end.total_ms < start.total_ms


def _is_newer(end: Stat, first: Taken) -> bool:
    """Return whether the server is known to count it only since the snapshot."""
    return end.since is not None and end.since > first.taken


def _less(end: Stat, start: Stat) -> Stat:
    return replace(
        end,
        calls=end.calls - start.calls,
        total_ms=end.total_ms - start.total_ms,
        squares=max(end.squares - start.squares, 0.0),
        rows=end.rows - start.rows,
        blocks=end.blocks - start.blocks,
    )


def _doubts(first: Taken, last: Taken, *, anew: bool) -> Iterable[str]:
    span = f"between snapshots {first.number} and {last.number}"
    if anew:
        yield f"The counts were reset {span}."
    elif (last.evicted or 0) > (first.evicted or 0):
        yield f"The server gave up statements for want of room {span}."
    yield from (incomplete(it.number, it.hidden) for it in (first, last) if it.hidden)
    if first.version != last.version:
        yield f"The schema changed {span}."


def incomplete(number: int, hidden: int) -> str:
    """Return what is told of a snapshot that does not hold all statements."""
    return (
        f"Snapshot {number} lacks {hidden} statement{'s' * (hidden != 1)} of other"
        " roles; GRANT pg_read_all_stats to the role shows them."
    )


def regressions(before: Window, afters: Sequence[Window]) -> tuple[Regression, ...]:
    """Return what costs more, in time and in blocks, the worst first.

    A mean that has grown says little by itself: a busy server makes every statement
    slower. Blocks of a call do not depend on that; without more of them, only what
    is much slower in each of two windows counts.

    Args:
        before: The yardstick.
        afters: The whole window after, then parts of it, if there are any.
    """
    whole, *parts = afters
    found = []
    for key in sorted(frequent(before) & frequent(whole)):
        start, after = before.stats[key], whole.stats[key]
        slower = mean(after) >= max(SLOWER * mean(start), mean(start) + MORE_MS)
        if slower and (_needs_more(start, after) or _always_slower(start, key, parts)):
            found.append(Regression(start, after))
    return tuple(sorted(found, key=lambda it: -it.times))


def _needs_more(start: Stat, after: Stat) -> bool:
    return per_call(after) >= max(MORE_BLOCKS * per_call(start), per_call(start) + 1)


def _always_slower(start: Stat, key: str, parts: Sequence[Window]) -> bool:
    seen = [part.stats[key] for part in parts if key in part.stats]
    return len(seen) >= 2 and all(
        mean(stat) >= MUCH_SLOWER * mean(start) for stat in seen
    )


def come_and_gone(before: Window, after: Window) -> tuple[list[Stat], list[Stat]]:
    """Return the statements that ran after only, and those that ran before only."""
    new = [stat for key, stat in after.stats.items() if key not in before.stats]
    gone = [stat for key, stat in before.stats.items() if key not in after.stats]
    return new, gone
