"""Inspect a database, in what is left of the time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connections

from django_schemaguard.backends.base import USUAL_LIMITS, Limits
from django_schemaguard.conf.databases import guarded_aliases
from django_schemaguard.conf.names import known_aliases
from django_schemaguard.pipeline import Job, validate
from django_schemaguard.pipeline.frozen import read_frozen

if TYPE_CHECKING:
    from django_schemaguard.conf import Settings
    from django_schemaguard.core.report import DatabaseReport


@dataclass(frozen=True, slots=True)
class Budget:
    """So many seconds from now on."""

    end: float

    @classmethod
    def of(cls, seconds: float) -> Budget:
        """Return a budget that begins now."""
        return cls(time.monotonic() + seconds)

    @property
    def left(self) -> float:
        """Seconds left, at least 0."""
        return max(0.0, self.end - time.monotonic())

    def limits(self) -> Limits:
        """Return the usual limits, none longer than what is left."""
        milliseconds = max(1, round(self.left * 1000))
        return Limits(
            connect_seconds=min(USUAL_LIMITS.connect_seconds, max(self.left, 0.001)),
            statement_ms=min(USUAL_LIMITS.statement_ms, milliseconds),
            lock_ms=min(USUAL_LIMITS.lock_ms, milliseconds),
        )


def aliases(settings: Settings) -> tuple[str, ...]:
    """Return the aliases to inspect.

    A database in memory is another one for each connection, and left out.
    """
    known_aliases(())  # Says that routers cannot be loaded.
    return tuple(filter(_lasts, guarded_aliases(settings)))


def job_for(settings: Settings, budget: Budget) -> Job:
    """Return the smallest job; it leaves out what makemigrations would write.

    Raises:
        UnusableFile: The snapshot cannot be used.
    """
    return Job(
        settings=settings,
        mode=settings.mode,
        limits=budget.limits(),
        unmade=False,
        frozen=None if settings.snapshot is None else read_frozen(settings.snapshot),
    )


def inspect(alias: str, settings: Settings, budget: Budget) -> DatabaseReport:
    """Return the findings of one database.

    Raises:
        SchemaguardError: The project's migrations or its snapshot cannot be used.
    """
    (report,) = validate((alias,), job_for(settings, budget)).databases
    return report


def _lasts(alias: str) -> bool:
    in_memory = getattr(connections[alias], "is_in_memory_db", None)
    return in_memory is None or not in_memory()
