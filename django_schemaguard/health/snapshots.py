"""What this process knows of each database, measured when it is too old."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from django_schemaguard.conf import get_settings
from django_schemaguard.conf.databases import guarded_aliases
from django_schemaguard.health import measuring, telemetry
from django_schemaguard.health.news import News
from django_schemaguard.health.refreshed import Refreshed, Timing
from django_schemaguard.health.status import DatabaseHealth, Health, Status

if TYPE_CHECKING:
    from django_schemaguard.conf.entries import Health as HealthSettings
    from django_schemaguard.health.line import Line
    from django_schemaguard.health.status import Inspection, Ping

# A validation that takes this much of its time to live is kept for longer.
_SHARE = 1 / 20
# A validation may send many statements, each bounded.
_DEADLINE = 10


class _Database:
    """What is known of one database."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self._ping: Refreshed[Ping] = Refreshed(
            f"schemaguard-ping-{alias}", partial(measuring.ping, alias)
        )
        self._schema: Refreshed[Inspection] = Refreshed(
            f"schemaguard-health-{alias}", self._inspect, self._after
        )
        self._news = News(alias)

    def _inspect(self, line: Line) -> Inspection:
        with telemetry.span("schemaguard.validate", self.alias):
            return measuring.inspect(self.alias, line)

    def _after(self, inspection: Inspection) -> None:
        telemetry.record(DatabaseHealth(self.alias, self._ping.last(), inspection))
        self._news.tell(inspection)

    def ping(self, health: HealthSettings) -> Ping | None:
        timeout = health.timeout
        timing = Timing(health.ping_ttl, health.wait, timeout, timeout)
        return self._ping.get(timing)

    def look(self, health: HealthSettings) -> DatabaseHealth:
        """Return its health; validate only where it answers."""
        ping = self.ping(health)
        if ping is None or ping.status is Status.FAIL:
            return DatabaseHealth(self.alias, ping, self._schema.last())
        deadline = health.timeout * _DEADLINE
        timing = Timing(health.ttl, health.wait, health.timeout, deadline)
        inspection = self._schema.get(timing, partial(_ttl, health))
        return DatabaseHealth(self.alias, ping, inspection)


def _ttl(health: HealthSettings, inspection: Inspection) -> float:
    if not inspection.is_answer:
        return min(health.ttl, health.ping_ttl)
    return max(health.ttl, inspection.seconds / _SHARE)


class _Process:
    """The databases that this process was asked about."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._databases: dict[str, _Database] = {}

    def database(self, alias: str) -> _Database:
        with self._lock:
            return self._databases.setdefault(alias, _Database(alias))


_process = _Process()


def forget() -> None:
    """Drop all that is known, so that the next to ask gets a new measurement."""
    global _process  # noqa: PLW0603  A fork must not inherit a lock that is held.
    _process = _Process()


os.register_at_fork(after_in_child=forget)


def health() -> Health:
    """Return the health of all guarded databases.

    Raises:
        BadSettings: SCHEMAGUARD is wrong.
    """
    settings = get_settings()
    databases = [_process.database(alias) for alias in guarded_aliases(settings)]
    return Health(
        datetime.now(UTC),
        settings.mode.value,
        tuple(database.look(settings.health) for database in databases),
    )


def database_health(alias: str) -> DatabaseHealth:
    """Return the health of one database.

    Raises:
        BadSettings: SCHEMAGUARD is wrong.
    """
    return _process.database(alias).look(get_settings().health)


def answers(alias: str) -> bool:
    """Return whether a database could be connected to a moment ago.

    Raises:
        BadSettings: SCHEMAGUARD is wrong.
    """
    ping = _process.database(alias).ping(get_settings().health)
    return ping is not None and ping.status is Status.PASS
