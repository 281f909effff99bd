"""From causes to the report of one database: policy, other objects, who did it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django_schemaguard.core.patterns import Pattern
from django_schemaguard.core.policy import Judgement, Policy, judge
from django_schemaguard.core.report import Attributed, Compared, DatabaseReport
from django_schemaguard.pipeline.objects import compare_objects, retold_objects
from django_schemaguard.pipeline.provenance import with_provenance
from django_schemaguard.pipeline.stopped import with_way_out

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.compare import Comparison
    from django_schemaguard.core.schema import Schema
    from django_schemaguard.pipeline import Job


@dataclass(frozen=True, slots=True)
class Examined:
    """What is known of a database before any policy.

    Attributes:
        expected: Settled with `found`.
        found: What the database holds.
        comparison: Of the two.
        attributed: The findings to judge, with their causes.
    """

    expected: Schema
    found: Schema
    comparison: Comparison
    attributed: tuple[Attributed, ...]


def conclude(
    connection: BaseDatabaseWrapper, job: Job, blank: DatabaseReport, it: Examined
) -> DatabaseReport:
    """Return the report; call it last inside `Backend.bounded`."""
    others = compare_objects(connection, job, blank.server_version)
    attributed = others.beside(it.attributed)
    judgement = judge(attributed, policy(job, it.expected), blank.alias)
    report = _completed(replace(blank, reachable=True), it, judgement)
    verdicts, unread = with_provenance(
        retold_objects(report.verdicts, job), connection, it.found.session
    )
    verdicts, unknown = with_way_out(verdicts, connection, it.found)
    skips = (*report.skips, *others.skips, *unread, *unknown)
    return replace(report, verdicts=verdicts, skips=skips)


def _completed(
    blank: DatabaseReport, it: Examined, judgement: Judgement
) -> DatabaseReport:
    expected, found, comparison = it.expected, it.found, it.comparison
    hidden = {s.table for s in comparison.skips if s.reason == found.concealed}
    if hidden:
        count = f"{len(hidden)} of {len(expected.tables)} tables"
        blank = replace(
            blank,
            error=f"{count} cannot be seen: {found.concealed}",
            hint="Give the role a privilege on the whole database.",
        )
    return replace(
        blank,
        tables=len(expected.tables) - len(hidden),
        sides=Compared(expected, found),
        verdicts=judgement.verdicts,
        skips=comparison.skips,
        compared=comparison.compared,
        waived=len(judgement.waived),
        waivers=frozenset(position for _, position in judgement.waived),
        expected=tuple(table.ref for table in expected),
    )


def policy(job: Job, expected: Schema) -> Policy:
    """Return how findings about tables like these are judged."""
    optional = (Pattern(t.name) for t in expected if t.required is False)
    return Policy(
        mode=job.mode,
        required=job.settings.required,
        optional=(*job.settings.optional, *optional),
        waivers=job.settings.ignore,
        today=job.today,
    )
