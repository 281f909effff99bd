"""Compare any two of: databases, snapshots, the models, the migrations."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import connections

from django_schemaguard.backends import backend_for, backend_of
from django_schemaguard.backends.base import Scope
from django_schemaguard.backends.settle import settle
from django_schemaguard.core.difference import difference
from django_schemaguard.core.history import NO_HISTORY, History
from django_schemaguard.core.policy import judge
from django_schemaguard.core.releases import unlike
from django_schemaguard.core.report import (
    Compared,
    DatabaseReport,
    Report,
    Verdict,
)
from django_schemaguard.core.schema import Schema
from django_schemaguard.core.yardstick import as_expected, by_text
from django_schemaguard.history import load_migrations
from django_schemaguard.pipeline.between import attributed, due_at, message
from django_schemaguard.pipeline.concluding import policy
from django_schemaguard.pipeline.counter import Counter
from django_schemaguard.pipeline.each import for_each
from django_schemaguard.pipeline.sources import (
    Database,
    File,
    Migrations,
    Models,
    Side,
    Source,
    plan_migrations,
    plan_models,
    read_database,
    read_file,
    replaced,
    source,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django_schemaguard.core.compare import Comparison
    from django_schemaguard.pipeline import Job


def differ(one: str, other: str, job: Job, alias: str) -> Report:
    """Compare two schemas, each named as on the command line; read-only.

    The first is the yardstick. Where only the second is what somebody plans, that
    one is: what a database holds is measured by what it should hold.

    Args:
        one: An alias, a snapshot file, "models" or "migrations[@APP.NAME]".
        other: Likewise.
        job: With the settings, the mode and the limits; the rest is not looked at.
        alias: The server that models and migrations are planned for, where neither
            of the two is a database.

    Raises:
        UnknownName: One of the two is nothing of these.
        UnusableFile: A file cannot be read, or is no snapshot.
        SchemaguardError: A database, or the migrations, cannot be used.
    """
    started = time.perf_counter()
    counter = Counter(job.trace)
    sources = (source(one), source(other))
    names = [it.name for it in sources if isinstance(it, Database)]
    first, second = _Loading(job, (names or [alias])[-1], counter).sides(sources)
    if second.planned and not first.planned:
        first, second = second, first
    report = _report(first, second, job, _Asking(names, alias, counter))
    seconds = time.perf_counter() - started
    report = replace(report, queries=counter.count, seconds=seconds)
    return Report(job.mode.value, (report,), against=first.name)


@dataclass(frozen=True, slots=True)
class _Loading:
    """Loads the sides: what is planned first, for it tells where to look."""

    job: Job
    alias: str
    counter: Counter

    def sides(self, sources: Sequence[Source]) -> list[Side]:
        found: dict[Source, Side] = {}
        for it in dict.fromkeys(sources):
            match it:
                case File():
                    found[it] = read_file(it)
                case Models():
                    with connections[self.alias].execute_wrapper(self.counter):
                        found[it] = plan_models(self.alias, self.job)
                case Migrations():
                    with connections[self.alias].execute_wrapper(self.counter):
                        found[it] = plan_migrations(it, self.alias, self.job)
                case Database():
                    continue
        scope = _scope(found.values())
        aliases = [it.name for it in dict.fromkeys(sources) if it not in found]
        live = for_each(aliases, lambda alias: self._read(alias, scope))
        found.update(zip(map(Database, aliases), live, strict=True))
        return [found[it] for it in sources]

    def _read(self, alias: str, scope: Scope | None) -> Side:
        with connections[alias].execute_wrapper(self.counter):
            return read_database(alias, scope, self.job)


def _scope(sides: Iterable[Side]) -> Scope | None:
    """Return where to look for what is planned; None where nothing is."""
    tables = [t for side in sides for t in side.schema if side.planned]
    if not tables:
        return None
    return Scope(
        namespaces=frozenset(t.namespace for t in tables if t.namespace),
        names=frozenset(t.name for t in tables),
    )


@dataclass(frozen=True, slots=True)
class _Asking:
    """Which server says expressions in its own words."""

    live: list[str]
    alias: str
    counter: Counter

    def settled(self, one: Side, other: Side, job: Job) -> tuple[Schema, Schema]:
        """Return both schemas, comparable as far as any server can be asked."""
        ours = one.schema if one.planned else as_expected(one.schema)
        vendor = ours.traits.vendor
        if vendor != other.schema.traits.vendor:
            return ours, other.schema
        asked = self._server(vendor, planned=one.planned)
        if asked is None:
            backend, connection = backend_of(vendor), connections[self.alias]
            ours, _ = settle(backend, connection, ours, Schema(ours.traits))
            nothing = Schema(ours.traits)
            _, theirs = settle(backend, connection, nothing, other.schema)
            if one.planned:
                return ours, theirs
            problem = _unlike(one, other)
            return by_text(ours, problem), by_text(theirs, problem)
        connection = connections[asked]
        backend = backend_for(connection)
        with (
            connection.execute_wrapper(self.counter),
            backend.bounded(connection, job.limits),
        ):
            return settle(backend, connection, ours, other.schema)

    def _server(self, vendor: str, *, planned: bool) -> str | None:
        names = [*reversed(self.live), *([self.alias] if planned else [])]
        return next((it for it in names if connections[it].vendor == vendor), None)


def _report(one: Side, other: Side, job: Job, asking: _Asking) -> DatabaseReport:
    expected, found = asking.settled(one, other, job)
    history = _history(one, other)
    comparison = difference(expected, found, history, _unlike(one, other))
    due = due_at(comparison.findings, other, history)
    verdicts = judge(
        [due.get(f) or attributed(f, one, other) for f in comparison.findings],
        replace(policy(job, expected), waivers=()),
        other.name,
    ).verdicts
    verdicts = tuple(
        replace(it, told=message(it.finding.message, one)) for it in verdicts
    )
    blank = DatabaseReport(
        other.name, found.traits.vendor, other.version, reachable=True
    )
    return _completed(blank, (one, other), comparison, verdicts)


def _unlike(one: Side, other: Side) -> str | None:
    """Return why the two servers may print one thing differently."""
    vendor = one.schema.traits.vendor
    if vendor != other.schema.traits.vendor:
        return None
    return unlike(vendor, one.version, other.version)


def _history(one: Side, other: Side) -> History:
    """Return what the other side has not, and what only it has."""
    if one.migrations is None or other.migrations is None or other.planned:
        return NO_HISTORY
    absent = one.migrations - other.migrations
    extra = other.migrations - one.migrations
    if absent or extra:
        stood_for = one.replaced | other.replaced | replaced(load_migrations(None))
        absent, extra = absent - stood_for, extra - stood_for
    return History(
        migrated=True,
        applied=tuple(sorted(one.migrations & other.migrations)),
        pending=tuple(sorted(absent)),
        unknown=tuple(sorted(extra)),
    )


def _completed(
    blank: DatabaseReport,
    sides: tuple[Side, Side],
    comparison: Comparison,
    verdicts: tuple[Verdict, ...],
) -> DatabaseReport:
    one, other = sides
    return replace(
        blank,
        tables=len(one.schema.tables),
        sides=Compared(one.schema, other.schema),
        verdicts=verdicts,
        skips=comparison.skips,
        compared=comparison.compared,
        expected=tuple(table.ref for table in one.schema),
    )
