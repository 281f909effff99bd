"""Plan what brings one database to the schema of another, by additions alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import DatabaseError, connections

from django_schemaguard.backends import backend_for
from django_schemaguard.backends.base import Limits
from django_schemaguard.backends.connect import one_line
from django_schemaguard.backends.repair import Obstacle, Work, for_connection
from django_schemaguard.core.kinds.missing_column import MissingColumn
from django_schemaguard.core.kinds.missing_constraint import MissingConstraint
from django_schemaguard.core.kinds.missing_index import MissingIndex
from django_schemaguard.core.kinds.missing_table import MissingTable
from django_schemaguard.core.plan import Plan, PlannedStep, Refusal
from django_schemaguard.core.schema import Table
from django_schemaguard.core.yardstick import as_expected
from django_schemaguard.exceptions import DatabaseUnreadable, SchemaguardError
from django_schemaguard.pipeline.differing import differ
from django_schemaguard.pipeline.sources import Database, File, read_file, source
from django_schemaguard.repair.catalogued import Catalogued
from django_schemaguard.repair.planning import ORDER
from django_schemaguard.repair.rows import offending

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.backends.repair import Writer
    from django_schemaguard.core.report import DatabaseReport, Verdict
    from django_schemaguard.core.schema import TableObject
    from django_schemaguard.pipeline import Job
    from django_schemaguard.repair.planning import Choices
    from django_schemaguard.repair.steps import Done

_SECONDS = 60  # For a query that looks for rows in the way.
_KINDS = {
    "Index": "add_index",
    "Unique": "add_unique",
    "Check": "add_check",
    "ForeignKey": "add_foreign_key",
    "Exclusion": "add_exclusion",
}
NO_ADDITION = "No addition brings it in line."


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
            refusals=tuple(it for it in done if isinstance(it, Refusal)),
        )


def _is_planned(text: str) -> bool:
    wanted = source(text)
    if isinstance(wanted, File):
        return read_file(wanted).planned
    return not isinstance(wanted, Database)


def _planned(alias: str, report: DatabaseReport) -> tuple[Done, ...]:
    connection = connections[alias]
    writer = for_connection(connection)
    wanted = as_expected(report.sides.expected) if report.sides else ()
    tables = {table.name: table for table in wanted}
    try:
        with backend_for(connection).bounded(
            connection, Limits(statement_ms=_SECONDS * 1000)
        ):
            return tuple(
                done
                for verdict in report.verdicts
                for done in _drafted(verdict, writer, tables)
            )
    except DatabaseError as error:
        said = one_line(error, connection)
        raise DatabaseUnreadable(f"The sync could not be planned: {said}") from error


def _drafted(
    verdict: Verdict, writer: Writer, tables: dict[str, Table]
) -> Iterator[Done]:
    finding = verdict.finding
    table = tables.get(finding.table.name)
    if table is None:
        yield Refusal(verdict, NO_ADDITION, hint=verdict.hint)
        return
    made = Catalogued(writer, table)
    match finding:
        case MissingTable(renamed=None):
            whole = made.whole()
            yield _done(verdict, "create_table", whole, writer)
            if isinstance(whole, Work):
                yield from (_beside(verdict, it, made) for it in made.beside())
        case MissingColumn(renamed=None):
            work = made.column(finding.column)
            yield _done(verdict, "add_column", work, writer)
        case MissingIndex():
            yield _object(verdict, finding.index, made)
        case MissingConstraint():
            yield _object(verdict, finding.constraint, made)
        case _:
            yield Refusal(verdict, NO_ADDITION, hint=verdict.hint)


def _object(verdict: Verdict, thing: TableObject, made: Catalogued) -> Done:
    kind = _KINDS[type(thing).__name__]
    return _done(verdict, kind, made.object(thing), made.writer)


def _beside(verdict: Verdict, thing: TableObject, made: Catalogued) -> Done:
    """Plan what goes with a table that is made; it has no rows to be in the way."""
    work = made.object(thing)
    if isinstance(work, Work):
        work = Work(work.stages, work.notes)
    return _done(verdict, _KINDS[type(thing).__name__], work, made.writer)


def _done(verdict: Verdict, kind: str, work: Work | Obstacle, writer: Writer) -> Done:
    if isinstance(work, Obstacle):
        return Refusal(verdict, work.reason, hint=work.hint)
    for forbidden in work.forbidden:
        found = offending(writer.connection, forbidden.query)
        if found.count:
            return Refusal(
                verdict,
                f"{forbidden.reason}.",
                found.count,
                found.sample,
                forbidden.query,
                "Mend these rows first.",
            )
    return PlannedStep(kind, verdict, work.stages, verdict.message, notes=work.notes)
