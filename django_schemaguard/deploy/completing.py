"""Bring a migration that stands by half to its end, or take back what stands."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.deploy.executor import Executor
    from django_schemaguard.deploy.halves import Half
    from django_schemaguard.deploy.putting_back import Undoer
    from django_schemaguard.deploy.recording import Recorder


def complete(recorder: Recorder, executor: Executor, half: Half) -> None:
    """Run the operations that are left, and what the first ones left to the end.

    Raises:
        Exception: What an operation raises; it is journalled.
    """
    with _journalled(recorder, half, backwards=False):
        rest = recorder.watched(half.rest)
        with recorder.connection.schema_editor(atomic=False) as editor:
            editor.deferred_sql.extend(half.lost)
            rest.apply(half.states[half.done].clone(), editor)
        executor.record(half.migration)


def take_back(recorder: Undoer, executor: Executor, half: Half) -> None:
    """Undo the operations that stand, the latest first.

    Raises:
        WouldLose: The recorder has a guard that fails; nothing was done.
        Exception: What an operation raises; it is journalled.
    """
    with _journalled(recorder, half, backwards=True):
        stands = recorder.watched(half.stands)
        with recorder.connection.schema_editor(atomic=False) as editor:
            stands.unapply(half.states[0].clone(), editor)
        executor.unrecord(half.migration)


@contextmanager
def _journalled(recorder: Recorder, half: Half, *, backwards: bool) -> Iterator[None]:
    """Enter it as begun, and as done only when its record is as it should be."""
    started = time.perf_counter()
    recorder.starting(half.migration, backwards=backwards)
    try:
        recorder.opened(half.migration, whole=False)
        with recorder.capturing():
            yield
    except Exception as error:
        recorder.failed(error)
        raise
    recorder.finished(half.migration, fake=False)
    seconds = time.perf_counter() - started
    recorder.committed(half.migration, fake=False, seconds=seconds)
