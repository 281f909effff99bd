"""What of a database belongs to one of its schemas."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django_schemaguard.backends.home import home_of
from django_schemaguard.tenants.belonging import holds_all, placed_tables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.report import DatabaseReport, Verdict
    from django_schemaguard.core.schema import Schema, Table
    from django_schemaguard.pipeline import Job

# By the rows of the one schema that stands for all, not by its shape.
_BY_ROWS = frozenset({"sequence_behind", "sequence_limit"})


@dataclass(frozen=True, slots=True)
class Focus:
    """Takes the tables of one schema for the whole, with those that all share.

    Attributes:
        schema: The schema.
        tables: Names of tables that schemas of this kind have. One of another
            schema does not stand for them, though the search path finds it.
        shared: Names of those in other schemas that may stand for them all the
            same; None: of all that are not in `tables`.
    """

    schema: str
    tables: frozenset[str]
    shared: frozenset[str] | None = None

    def __call__(self, actual: Schema) -> Schema:
        """Return what was read, the schema's own tables without its name."""
        tables = (self._seen(table) for table in actual)
        return replace(
            actual, tables=tuple(t for t in tables if t is not None), elsewhere=()
        )

    def _seen(self, table: Table) -> Table | None:
        if table.namespace == self.schema:
            return replace(table, namespace=None, visible=True)
        known = self.shared is None or table.name in self.shared
        return table if known and table.name not in self.tables else None


def focus_on(
    connection: BaseDatabaseWrapper, schema: str, tables: frozenset[str], job: Job
) -> Focus:
    """Return what takes the tables of a schema for the whole.

    Args:
        connection: Stands for the schema.
        schema: The schema.
        tables: Names of tables that schemas of this kind have.
        job: Whose settings may declare tables that no migration makes.
    """
    if not holds_all(connection):
        return Focus(schema, tables)
    declared = {table.name.rpartition(".")[2] for table in job.settings.tables}
    return Focus(schema, tables, placed_tables() | declared)


def focused(job: Job, connection: BaseDatabaseWrapper) -> Job:
    """Return the job for what a connection stands for.

    Statistics of queries are the whole server's, so none are kept for one schema.
    """
    home = home_of(connection)
    if home is None:
        return job
    return replace(
        job,
        settings=replace(job.settings, query_snapshots=False),
        focus=focus_on(connection, home.schema, home.tables, job),
        own=is_own,
    )


def is_own(verdict: Verdict) -> bool:
    """Return whether a finding is about a table of the schema itself."""
    return verdict.finding.table.namespace is None


def is_of_shape(verdict: Verdict) -> bool:
    """Return whether it is the same in all schemas of the shape, too."""
    return is_own(verdict) and verdict.finding.kind not in _BY_ROWS


def unattributed(report: DatabaseReport) -> DatabaseReport:
    """Return a report that does not say who did it, for it speaks of several."""
    verdicts = tuple(replace(verdict, provenance=None) for verdict in report.verdicts)
    return replace(report, verdicts=verdicts)


def alike(reports: Iterable[DatabaseReport]) -> tuple[DatabaseReport, ...]:
    """Join the reports of schemas whose findings are the same, the largest first."""
    found: dict[tuple[object, ...], DatabaseReport] = {}
    for report in reports:
        key = (report.error, report.verdicts, report.skips)
        twin = found.get(key)
        if twin is not None:
            names = tuple(sorted(twin.schemas + report.schemas))
            queries = twin.queries + report.queries
            twin = replace(twin, schemas=names, queries=queries)
            report = unattributed(twin)  # noqa: PLW2901
        found[key] = report
    return tuple(sorted(found.values(), key=lambda report: -len(report.schemas)))


def alike_databases(reports: Iterable[DatabaseReport]) -> tuple[DatabaseReport, ...]:
    """Join the reports of databases whose findings are the same, in their order.

    The findings of a group are told for its first database.
    """
    found: dict[tuple[object, ...], list[DatabaseReport]] = {}
    for report in reports:
        verdicts = tuple(replace(verdict, database="") for verdict in report.verdicts)
        key = (report.error, report.vendor, verdicts, report.skips, report.schemas)
        group = [] if report.error else found.setdefault(key, [])
        group.append(report)
        if report.error:
            found[key, report.alias] = group
    return tuple(map(_joined, found.values()))


def _joined(group: list[DatabaseReport]) -> DatabaseReport:
    if len(group) == 1:
        return group[0]
    return replace(
        unattributed(group[0]),
        shards=tuple(report.alias for report in group),
        queries=sum(report.queries for report in group),
        seconds=max(report.seconds for report in group),
    )
