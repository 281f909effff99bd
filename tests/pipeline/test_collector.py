from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from django_schemaguard.pipeline.collector import collector_paused

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    enabled = gc.isenabled()
    yield
    (gc.enable if enabled else gc.disable)()


def test_the_last_block_to_end_lets_the_collector_run_again() -> None:
    gc.enable()
    one, other = collector_paused(), collector_paused()

    one.__enter__()
    other.__enter__()
    assert not gc.isenabled()
    one.__exit__(None, None, None)
    assert not gc.isenabled()
    other.__exit__(None, None, None)

    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()

    with pytest.raises(ZeroDivisionError), collector_paused():
        _ = 1 // 0

    assert not gc.isenabled()
