"""Plan the repair of a database: what is added, in which order, and what is not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import DatabaseError, connections

from django_schemaguard.backends import backend_for
from django_schemaguard.backends.base import Limits
from django_schemaguard.backends.connect import one_line
from django_schemaguard.backends.repair import Options, for_connection
from django_schemaguard.core.finding import Cause
from django_schemaguard.core.kinds.migration_fake_applied import MigrationFakeApplied
from django_schemaguard.core.plan import Plan, PlannedStep, Refusal
from django_schemaguard.exceptions import DatabaseUnreachable, DatabaseUnreadable
from django_schemaguard.pipeline import validate
from django_schemaguard.repair.changes import NO_ADDITION
from django_schemaguard.repair.gaps import belongs
from django_schemaguard.repair.sources import sources
from django_schemaguard.repair.steps import Done, Drafting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django_schemaguard.core.report import DatabaseReport, Verdict
    from django_schemaguard.pipeline import Job

# Left alone with what each says of itself.
REASONS = {
    Cause.UNMADE: "No migration makes it yet.",
    Cause.UNRECORDED: "It is there, and its migration is not recorded.",
    Cause.UPGRADE_RESIDUE: "Django's own migrations leave it so.",
    Cause.UNDECLARED: "Nothing that is there is ever dropped.",
    Cause.UNKNOWN: NO_ADDITION.reason,
}
MENDED = frozenset({Cause.DRIFT, Cause.FAKE_APPLIED})
ORDER = (
    "create_extension",
    "create_table",
    "add_column",
    "set_default",
    "add_primary_key",
    "set_numbering",
    "set_sequence",
    "set_not_null",
    "rebuild_index",
    "use_index",
    "add_index",
    "add_unique",
    "add_exclusion",
    "add_check",
    "add_foreign_key",
    "validate_constraint",
    "set_comment",
)
_NOTHING_OF_IT = "All that it makes is left alone."
_SECONDS = 60  # For a query that looks for rows in the way.


@dataclass(frozen=True, slots=True)
class Choices(Options):
    """What was asked for.

    Attributes:
        apps: Labels; empty for all.
    """

    apps: frozenset[str] = frozenset()


def plan(alias: str, job: Job, choices: Choices) -> Plan:
    """Validate a database and plan its repair; run nothing.

    Raises:
        DatabaseUnreachable: It cannot be connected to.
        DatabaseUnreadable: It cannot be read in full, or not in time.
    """
    job = replace(job, apps=choices.apps or job.apps, frozen=None)
    report = validated(alias, job)
    done = _drafted(alias, job, choices, report)
    steps = [it for it in done if isinstance(it, PlannedStep)]
    refusals = [it for it in done if isinstance(it, Refusal)]
    return Plan(
        alias=alias,
        vendor=report.vendor,
        fingerprint=report.actual_fingerprint or "",
        steps=tuple(sorted(steps, key=lambda step: ORDER.index(step.kind))),
        refusals=tuple(sorted(refusals, key=lambda it: -it.verdict.severity)),
        pending=tuple(v for v in report.verdicts if v.cause is Cause.PENDING),
        server_version=report.server_version,
    )


def validated(alias: str, job: Job) -> DatabaseReport:
    """Validate one database, which has to be there and readable.

    Raises:
        DatabaseUnreachable: It cannot be connected to.
        DatabaseUnreadable: It cannot be read in full.
    """
    report = validate([alias], job).databases[0]
    if report.error is None:
        return report
    failure = DatabaseUnreadable if report.reachable else DatabaseUnreachable
    raise failure(report.error, report.hint)


def _drafted(
    alias: str, job: Job, choices: Choices, report: DatabaseReport
) -> tuple[Done, ...]:
    mended = [v for v in report.verdicts if v.cause in MENDED]
    if not mended:
        return tuple(_left_alone(report.verdicts))
    connection = connections[alias]
    backend = backend_for(connection)
    drafting = Drafting(
        for_connection(connection),
        sources(connection, job),
        choices,
        backend.traits(connection),
    )
    job.progress(f"{alias}: planning")
    try:
        with backend.bounded(connection, Limits(statement_ms=_SECONDS * 1000)):
            done = tuple(_drafts(drafting, mended))
    except DatabaseError as error:
        said = one_line(error, connection)
        raise DatabaseUnreadable(f"The repair could not be planned: {said}") from error
    return (*done, *_left_alone(report.verdicts))


def _drafts(drafting: Drafting, verdicts: Iterable[Verdict]) -> Iterator[Done]:
    verdicts = tuple(verdicts)
    for verdict in verdicts:
        drafting.expect(verdict)
    whole = [it for it in verdicts if isinstance(it.finding, MigrationFakeApplied)]
    pieces = [it for it in verdicts if not isinstance(it.finding, MigrationFakeApplied)]
    done = [it for verdict in pieces for it in drafting.draft(verdict)]
    yield from done
    begun = {it.verdict for it in done if isinstance(it, PlannedStep)}
    for verdict in whole:
        of_it = {piece for piece in pieces if belongs(piece, verdict)}
        if not of_it:
            yield from drafting.draft(verdict)
        elif begun.isdisjoint(of_it):
            yield Refusal(verdict, _NOTHING_OF_IT, hint="Mend what it makes first.")


def _left_alone(verdicts: Iterable[Verdict]) -> Iterator[Refusal]:
    for verdict in verdicts:
        reason = REASONS.get(verdict.cause)
        if reason is not None:
            yield Refusal(verdict, reason, hint=verdict.hint)
