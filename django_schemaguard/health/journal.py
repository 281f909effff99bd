"""What was done to a database, from the journal that it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import DatabaseError
from django.db.models import Count

from django_schemaguard.executor.entries import repairs_of
from django_schemaguard.models import Run, SchemaVersion, Step
from django_schemaguard.perf.versions import current_costs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.perf.versions import Costs

_REPAIR = "auto_fix"
_STANDING = (Step.Status.DONE, Step.Status.ADOPTED)
_LAST = 10
_LAST_VERSIONS = 60


@dataclass(frozen=True, slots=True)
class Fix:
    """A repair that stands.

    Attributes:
        run: The number of its run.
        kind: What was made, such as "create_index".
        subject: Of what, such as "shop_order.total".
    """

    run: int
    kind: str
    subject: str
    at: datetime | None

    @property
    def what(self) -> str:
        """The kind, for a person."""
        return self.kind.replace("_", " ")


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run that writes, finished or not.

    Attributes:
        status: In words for a person.
        steps: How many were entered.
    """

    number: int
    command: str
    status: str
    steps: int
    started: datetime
    finished: datetime | None

    @property
    def begun(self) -> str:
        """When it started, for a person."""
        return f"{self.started:%Y-%m-%d %H:%M}"


@dataclass(frozen=True, slots=True)
class Version:
    """The schema from one moment on.

    Attributes:
        source: The subcommand that left it.
        migrations: How many were applied.
    """

    fingerprint: str
    source: str
    migrations: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Journal:
    """The latest of what the journal holds.

    Attributes:
        fixes: How many repairs stand, over all time.
        last_fixes: The latest first.
        runs: The latest first.
        versions: The latest last.
        costs: What queries cost since the schema changed; None where not known.
    """

    fixes: int
    last_fixes: tuple[Fix, ...]
    runs: tuple[PastRun, ...]
    versions: tuple[Version, ...]
    costs: Costs | None = None


def read_journal(connection: BaseDatabaseWrapper) -> Journal | None:
    """Read the journal in a few queries; None where the database has none."""
    try:
        names = connection.introspection.table_names()
        tables = {model._meta.db_table for model in (Run, Step, SchemaVersion)}  # noqa: SLF001
        return _read(connection.alias) if tables <= {*names} else None
    except DatabaseError:  # Of another make; the validation tells how it differs.
        return None


def _read(alias: str) -> Journal:
    steps = Step.objects.using(alias).filter(run__command=_REPAIR, status__in=_STANDING)
    fixes = repairs_of(steps)
    return Journal(
        fixes=fixes.count(),
        last_fixes=tuple(map(_fix, fixes.order_by("-pk")[:_LAST])),
        runs=tuple(_runs(alias)),
        versions=tuple(_versions(alias))[::-1],
        costs=current_costs(alias),
    )


def _fix(step: Step) -> Fix:
    subject = ".".join(filter(None, (step.object_table, step.object_name)))
    return Fix(step.run_id, step.kind, subject, step.finished)


def _runs(alias: str) -> Iterator[PastRun]:
    runs = Run.objects.using(alias).annotate(count=Count("steps")).order_by("-pk")
    for run in runs[:_LAST]:
        yield PastRun(
            run.pk,
            run.command,
            run.get_status_display(),
            run.count,
            run.started,
            run.finished,
        )


def _versions(alias: str) -> Iterator[Version]:
    versions = SchemaVersion.objects.using(alias).order_by("-pk")
    for version in versions[:_LAST_VERSIONS]:
        yield Version(
            version.fingerprint, version.source, len(version.applied), version.recorded
        )
