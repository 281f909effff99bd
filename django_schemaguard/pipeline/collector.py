"""Keep Python's garbage collector out of a validation."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_lock = Lock()
_blocks: list[bool] = []  # For each that runs, whether the collector was on.


@contextmanager
def collector_paused() -> Iterator[None]:
    """Run the block without the collector; several threads may be in one at once.

    A validation makes hundreds of thousands of values that stay until its end, and
    hardly a cycle. They would set off the collector again and again, which goes
    through all that Django and the project hold: a seventh of the time, for nothing.
    """
    with _lock:
        _blocks.append(gc.isenabled())
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            was_on = _blocks[0]  # The others found it off.
            _blocks.pop()
            if was_on and not _blocks:
                gc.enable()
