"""Whether a migration that looks faked was run, by the journal and the ledger."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import DatabaseError
from django.db.models import Q

from django_schemaguard.core.finding import Cause
from django_schemaguard.core.history import is_own
from django_schemaguard.core.provenance import dropped_since, wanted
from django_schemaguard.core.traces import Deed, Lost, was_run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import QuerySet

    from django_schemaguard.backends.base import Backend
    from django_schemaguard.core.cause import Evidence
    from django_schemaguard.core.finding import Finding
    from django_schemaguard.core.ledger import Entry
    from django_schemaguard.core.schema import Schema
    from django_schemaguard.models import Step

_JOURNAL = ("schemaguard_run", "schemaguard_step")


def proven(
    connection: BaseDatabaseWrapper,
    backend: Backend,
    found: Schema,
    lost: Sequence[Lost],
) -> frozenset[str]:
    """Return the migrations of which there is proof that they ran.

    Two looks at most, and none where no migration looks faked. Call it inside
    `Backend.bounded`.

    Args:
        connection: The database with the journal.
        backend: Its backend.
        found: What the database holds.
        lost: From `looks_faked`.
    """
    if not lost:
        return frozenset()
    deeds = _deeds(connection, backend, found, lost)
    ran = {it.migration for it in lost if was_run(it, deeds)}
    rest = [it for it in lost if it.migration not in ran]
    entries = _entries(connection, found, rest)
    dropped = (
        it.migration
        for it in rest
        if any(dropped_since(each, entries, it.recorded) for each in it.findings)
    )
    return frozenset({*ran, *dropped})


def looks_faked(
    findings: Sequence[Finding],
    evidence: Evidence,
    records: Mapping[tuple[str, str], object],
) -> tuple[Lost, ...]:
    """Return the migrations that look faked, each with what of its work is missing.

    Args:
        findings: All of a comparison.
        evidence: Which migration made what.
        records: Django's, by app and name.
    """
    missing: dict[str | None, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.kind.startswith("missing_"):
            missing[evidence.migration(finding)].append(finding)
    return tuple(_lost(findings, missing, records))


def _lost(
    findings: Sequence[Finding],
    missing: Mapping[str | None, list[Finding]],
    records: Mapping[tuple[str, str], object],
) -> Iterator[Lost]:
    for finding in findings:
        name = finding.migration
        if finding.cause is not Cause.FAKE_APPLIED or name is None or is_own(name):
            continue
        app, _, rest = name.partition(".")
        recorded = getattr(records.get((app, rest)), "applied", None)
        if recorded is not None and name in missing:
            yield Lost(name, recorded, tuple(missing[name]))


def _deeds(
    connection: BaseDatabaseWrapper,
    backend: Backend,
    found: Schema,
    lost: Sequence[Lost],
) -> tuple[Deed, ...]:
    """Return what the journal has on them; nothing where it cannot be read."""
    tables = [found.table(name) for name in _JOURNAL]
    if any(it is None or it.locked or "SELECT" in it.access.lacks for it in tables):
        return ()
    try:
        with backend.spared(connection):
            return tuple(map(_deed, _steps(connection.alias, lost)))
    except DatabaseError:  # Of another make; the comparison tells how it differs.
        return ()


def _steps(alias: str, lost: Sequence[Lost]) -> QuerySet[Step]:
    from django_schemaguard.models import Run, Step

    names = [it.migration.partition(".") for it in lost]
    tables = {each.table.name for it in lost for each in it.findings}
    of_them = Q(
        app__in={app for app, _, _ in names}, migration__in={it for _, _, it in names}
    )
    mended = Q(object_table__in=tables)
    steps = Step.objects.using(alias).filter(of_them | mended, status=Step.Status.DONE)
    # Of a run that is undone, steps stay that cannot be.
    steps = steps.exclude(run__status=Run.Status.ROLLED_BACK)
    return steps.select_related("run").order_by("pk")


def _deed(step: Step) -> Deed:
    return Deed(
        step.run_id,
        step.kind == "apply",
        f"{step.app}.{step.migration}",
        step.code,
        step.object_table,
        step.object_name,
        tuple(step.statements),
        step.started,
        step.finished,
        step.run.finished,
    )


def _entries(
    connection: BaseDatabaseWrapper, found: Schema, lost: Sequence[Lost]
) -> tuple[Entry, ...]:
    """Return what the ledger has on them; `with_provenance` tells where it fails."""
    if not lost or not found.session.ledger:
        return ()
    from django_schemaguard.backends.postgresql.ledger_entries import read_about

    findings = (each for it in lost for each in it.findings)
    try:
        return read_about(connection, wanted(findings))
    except DatabaseError:
        return ()
