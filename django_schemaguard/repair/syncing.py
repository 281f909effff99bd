"""Plan what brings one database to the schema of another, by additions alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import DatabaseError, connections

from django_schemaguard.backends import backend_for
from django_schemaguard.backends.base import Limits
from django_schemaguard.backends.connect import one_line
from django_schemaguard.backends.repair import for_connection
from django_schemaguard.core.plan import Plan, PlannedStep, Refusal
from django_schemaguard.core.yardstick import as_expected
from django_schemaguard.exceptions import DatabaseUnreadable, SchemaguardError
from django_schemaguard.pipeline.differing import differ
from django_schemaguard.pipeline.sources import Database, File, read_file, source
from django_schemaguard.repair.additions import Additions
from django_schemaguard.repair.coming import Coming
from django_schemaguard.repair.planning import ORDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django_schemaguard.core.report import DatabaseReport, Verdict
    from django_schemaguard.pipeline import Job
    from django_schemaguard.repair.planning import Choices
    from django_schemaguard.repair.steps import Done

_SECONDS = 60  # For a query that looks for rows in the way.


@dataclass(frozen=True, slots=True)
class Sync:
    """Plans for one source; called like `repair.planning.plan`.

    Attributes:
        source: An alias, or a snapshot of an actual schema.
    """

    source: str

    def __call__(self, alias: str, job: Job, choices: Choices) -> Plan:
        """Compare both, and plan; run nothing.

        Raises:
            SchemaguardError: One of the two cannot be read, or they are of different
                vendors, or the source is no database.
        """
        del choices
        if _is_planned(self.source):
            raise SchemaguardError(
                f"'{self.source}' is planned, not a database.",
                "Run 'manage.py migrate' and 'manage.py schemaguard auto_fix' instead.",
            )
        (found,) = differ(self.source, alias, job, alias).databases
        if any("cannot be compared between" in skip.reason for skip in found.skips):
            raise SchemaguardError(
                f"'{self.source}' and '{alias}' are databases of different vendors.",
                "Let 'manage.py migrate' bring them to the same models.",
            )
        done = _planned(alias, found)
        steps = [it for it in done if isinstance(it, PlannedStep)]
        return Plan(
            alias=alias,
            vendor=found.vendor,
            fingerprint=found.actual_fingerprint or "",
            steps=tuple(sorted(steps, key=lambda step: ORDER.index(step.kind))),
            refusals=_refusals(done, found.verdicts),
            server_version=found.server_version,
        )


def _refusals(done: Iterable[Done], verdicts: Sequence[Verdict]) -> tuple[Refusal, ...]:
    """Return what is left alone, in the order of the differences."""
    refusals = [it for it in done if isinstance(it, Refusal)]
    return tuple(sorted(refusals, key=lambda it: verdicts.index(it.verdict)))


def _is_planned(text: str) -> bool:
    wanted = source(text)
    if isinstance(wanted, File):
        return read_file(wanted).planned
    return not isinstance(wanted, Database)


def _planned(alias: str, report: DatabaseReport) -> tuple[Done, ...]:
    connection = connections[alias]
    backend = backend_for(connection)
    sides = report.sides
    wanted = as_expected(sides.expected) if sides else ()
    found = sides.actual if sides else ()
    writer = for_connection(connection)
    there = {table.name: table for table in found}
    coming = Coming(writer, there, backend.traits(connection))
    additions = Additions(writer, {table.name: table for table in wanted}, coming)
    try:
        with backend.bounded(connection, Limits(statement_ms=_SECONDS * 1000)):
            return tuple(additions.all(report.verdicts))
    except DatabaseError as error:
        said = one_line(error, connection)
        raise DatabaseUnreadable(f"The sync could not be planned: {said}") from error
