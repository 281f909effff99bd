from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from django_schemaguard.perf.reading import Stat
from django_schemaguard.perf.windows import (
    Taken,
    Window,
    come_and_gone,
    regressions,
    window,
)

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def stat(key: str = "a", calls: int = 100, ms: float = 0.1, blocks: float = 3) -> Stat:
    """Return a statement by its calls, and the cost of one of them."""
    return Stat(
        key, f"SELECT {key}", calls, calls * ms, 0.0, calls, int(calls * blocks)
    )


def taken(number: int, *stats: Stat, **fields: object) -> Taken:
    made = Taken(
        number,
        NOON + timedelta(hours=number),
        "v",
        {it.fingerprint: it for it in stats},
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def ran(*stats: Stat) -> Window:
    return window(taken(1), taken(2, *stats))


def test_window_is_the_difference() -> None:
    found = window(
        taken(1, stat(calls=100, ms=1), stat("idle")),
        taken(2, stat(calls=150, ms=2), stat("idle"), stat("new", calls=5)),
    )
    assert {key: (it.calls, it.total_ms) for key, it in found.stats.items()} == {
        "a": (50, 200.0),
        "new": (5, 0.5),
    }
    assert found.doubts == ()


@pytest.mark.parametrize(
    ("first", "last", "calls", "doubts"),
    [
        pytest.param(
            taken(1, stat(calls=100), reset=NOON),
            taken(2, stat(calls=120), reset=NOON + timedelta(hours=1)),
            120,
            ("The counts were reset between snapshots 1 and 2.",),
            id="reset",
        ),
        pytest.param(
            taken(1, stat(calls=100)), taken(2, stat(calls=20)), 20, (), id="evicted"
        ),
        pytest.param(
            taken(1, stat(calls=100)),
            taken(2, replace(stat(calls=120), since=NOON + timedelta(minutes=90))),
            120,
            (),
            id="counted-anew",
        ),
        pytest.param(
            taken(1, stat(calls=100), evicted=0),
            taken(2, stat(calls=120), evicted=1, hidden=3),
            20,
            (
                "The server gave up statements for want of room between"
                " snapshots 1 and 2.",
                "Snapshot 2 lacks 3 statements of other roles;"
                " GRANT pg_read_all_stats to the role shows them.",
            ),
            id="doubtful",
        ),
    ],
)
def test_counting_anew_is_noticed(
    first: Taken, last: Taken, calls: int, doubts: tuple[str, ...]
) -> None:
    found = window(first, last)
    assert found.stats["a"].calls == calls
    assert found.doubts == doubts


def test_what_the_first_snapshot_could_not_read_is_not_taken_for_new() -> None:
    found = window(
        taken(1, stat("own", calls=100), hidden=1),
        taken(
            2,
            stat("own", calls=120),
            stat("other", calls=5000),
            replace(stat("new", calls=5), since=NOON + timedelta(minutes=90)),
        ),
    )
    assert {key: it.calls for key, it in found.stats.items()} == {"own": 20, "new": 5}
    assert found.doubts == (
        "Snapshot 1 lacks 1 statement of other roles;"
        " GRANT pg_read_all_stats to the role shows them.",
    )


@pytest.mark.parametrize(
    ("before", "after", "slower"),
    [
        pytest.param(stat(), stat(ms=9, blocks=300), True, id="lost-its-index"),
        pytest.param(stat(), stat(ms=9), False, id="busy-server"),
        pytest.param(stat(), stat(blocks=300), False, id="blocks-alone"),
        pytest.param(stat(), stat(ms=0.9, blocks=300), False, id="under-1-ms"),
        pytest.param(stat(ms=10), stat(ms=14, blocks=300), False, id="under-half"),
        pytest.param(stat(calls=49), stat(ms=9, blocks=300), False, id="rare-before"),
        pytest.param(stat(), stat(calls=49, ms=9, blocks=300), False, id="rare-after"),
        pytest.param(stat(blocks=0), stat(ms=9, blocks=0), False, id="no-blocks"),
        pytest.param(stat(blocks=0), stat(ms=9, blocks=9), True, id="blocks-from-0"),
        pytest.param(stat(), stat("b", ms=9, blocks=300), False, id="another"),
    ],
)
def test_regression_needs_time_and_blocks(
    before: Stat, after: Stat, slower: bool
) -> None:
    assert bool(regressions(ran(before), [ran(after)])) is slower


def test_much_slower_in_two_windows_counts_without_blocks() -> None:
    before, slow = ran(stat()), ran(stat(ms=9))
    assert regressions(before, [slow, slow, slow])
    assert not regressions(before, [slow, slow])
    assert not regressions(before, [slow, slow, ran(stat(ms=0.2))])


def test_worst_comes_first() -> None:
    before = ran(stat("a"), stat("b"))
    found = regressions(
        before, [ran(stat("a", ms=5, blocks=30), stat("b", ms=50, blocks=30))]
    )
    assert [it.after.fingerprint for it in found] == ["b", "a"]
    assert found[0].times == pytest.approx(500)


def test_new_and_gone() -> None:
    new, gone = come_and_gone(ran(stat("a"), stat("b")), ran(stat("b"), stat("c")))
    assert [it.fingerprint for it in new] == ["c"]
    assert [it.fingerprint for it in gone] == ["a"]
