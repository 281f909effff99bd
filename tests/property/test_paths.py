"""Whatever Django makes of a model, and of a change to it, is found to be as it is.

Nothing above info may be found: neither on new tables, nor at the end of a path of
changes, compared with its final state.
"""

from __future__ import annotations

from collections import Counter

from hypothesis import event, given
from hypothesis import strategies as st

from tests.property.bench import Bench
from tests.property.databases import empty, findings, lines
from tests.property.steps import STEPS

DATA = st.data()


def test_new_tables_are_as_expected(alias: str) -> None:
    done: Counter[str] = Counter()

    @given(DATA)
    def attempt(data: st.DataObject) -> None:
        with empty(alias) as connection:
            bench = Bench(connection, data)
            for _ in range(data.draw(st.integers(1, 3))):
                bench.apply(bench.create())
            done.update(bench.done)
            expect_nothing(bench)

    attempt()

    assert done["CreateModel"] > 0


def test_changed_tables_are_as_expected(alias: str) -> None:
    done: Counter[str] = Counter()
    refused: Counter[str] = Counter()

    @given(DATA)
    def attempt(data: st.DataObject) -> None:
        with empty(alias) as connection:
            bench = Bench(connection, data)
            try:
                for _ in range(2):
                    bench.apply(bench.create())
                for _ in range(data.draw(st.integers(1, 8))):
                    step = data.draw(st.sampled_from(STEPS))
                    if bench.models and (operation := step(bench)):
                        data.draw(st.just(operation.describe()), label="step")
                        bench.apply(operation)
            finally:
                done.update(bench.done)
                refused.update(bench.refused)
            expect_nothing(bench)

    attempt()

    assert done.total() > refused.total(), (done, refused)


def expect_nothing(bench: Bench) -> None:
    found, skips = findings(bench.connection, bench.state)
    told = lines(found)
    for line in told:
        event(" ".join(line.split()[:2]))
    event(f"{len(skips)} skipped")
    assert [line for line in told if not line.startswith("info ")] == []
