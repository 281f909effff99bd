"""Plan what brings one database to the schema of another, by additions alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import DatabaseError, connections

from django_schemaguard.backends import backend_for
from django_schemaguard.backends.base import Limits
from django_schemaguard.backends.connect import one_line
from django_schemaguard.backends.repair import (
    Forbidden,
    Obstacle,
    Work,
    for_connection,
)
from django_schemaguard.core.dependents import stands_on
from django_schemaguard.core.finding import Cause
from django_schemaguard.core.kinds.default import Default
from django_schemaguard.core.kinds.missing_column import MissingColumn
from django_schemaguard.core.kinds.missing_constraint import MissingConstraint
from django_schemaguard.core.kinds.missing_index import MissingIndex
from django_schemaguard.core.kinds.missing_table import MissingTable
from django_schemaguard.core.plan import Plan, PlannedStep, Refusal, Target
from django_schemaguard.core.schema import ForeignKey, RelationKind
from django_schemaguard.core.yardstick import as_expected
from django_schemaguard.exceptions import DatabaseUnreadable, SchemaguardError
from django_schemaguard.pipeline.differing import differ
from django_schemaguard.pipeline.sources import Database, File, read_file, source
from django_schemaguard.repair.catalogued import catalogued
from django_schemaguard.repair.catalogued.base import BY_HAND
from django_schemaguard.repair.planning import ORDER
from django_schemaguard.repair.rows import offending

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django_schemaguard.backends.repair import Writer
    from django_schemaguard.core.report import DatabaseReport, Verdict
    from django_schemaguard.core.schema import Column, Table, TableObject, Traits
    from django_schemaguard.pipeline import Job
    from django_schemaguard.repair.catalogued import Catalogued
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
_NO_TABLE = Obstacle("It is no plain table.", BY_HAND)


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
            server_version=found.server_version,
        )


def _is_planned(text: str) -> bool:
    wanted = source(text)
    if isinstance(wanted, File):
        return read_file(wanted).planned
    return not isinstance(wanted, Database)


def _not_recorded(verdict: Verdict) -> str:
    migration = f" '{verdict.migration}'" if verdict.migration else ""
    return f"Its migration{migration} is not recorded there."


def _planned(alias: str, report: DatabaseReport) -> tuple[Done, ...]:
    connection = connections[alias]
    backend = backend_for(connection)
    wanted = as_expected(report.sides.expected) if report.sides else ()
    drafting = _Drafting(
        for_connection(connection),
        {table.name: table for table in wanted},
        backend.traits(connection),
    )
    try:
        with backend.bounded(connection, Limits(statement_ms=_SECONDS * 1000)):
            return tuple(drafting.all(report.verdicts))
    except DatabaseError as error:
        said = one_line(error, connection)
        raise DatabaseUnreadable(f"The sync could not be planned: {said}") from error


@dataclass(slots=True)
class _Drafting:
    """Turns the differences of one database into steps.

    Attributes:
        tables: As the source has them, by name.
        fresh: The names of tables that are made.
    """

    writer: Writer
    tables: dict[str, Table]
    traits: Traits
    fresh: set[str] = field(default_factory=set)
    _begun: set[TableObject] = field(default_factory=set)

    def all(self, verdicts: Iterable[Verdict]) -> Iterator[Done]:
        """Yield what becomes of each; tables first, since others may refer to them."""
        verdicts = tuple(verdicts)
        due = [verdict for verdict in verdicts if verdict.cause is Cause.PENDING]
        verdicts = tuple(it for it in verdicts if it.cause is not Cause.PENDING)
        for verdict in verdicts:
            finding, made = verdict.finding, self._made(verdict)
            if made and isinstance(finding, MissingTable) and finding.renamed is None:
                yield self._table(verdict, made)
        for verdict in verdicts:
            yield from self._drafted(verdict, self._made(verdict))
        for verdict in due:
            yield Refusal(verdict, _not_recorded(verdict), hint=verdict.hint)

    def _made(self, verdict: Verdict) -> Catalogued | None:
        table = self.tables.get(verdict.finding.table.name)
        return None if table is None else catalogued(self.writer, table)

    def _table(self, verdict: Verdict, made: Catalogued) -> Done:
        kind = made.table.kind
        work = made.whole() if kind is RelationKind.TABLE else _NO_TABLE
        done = self._done(verdict, "create_table", work)
        if isinstance(done, PlannedStep):
            self.fresh.add(made.table.name)
        return done

    def _drafted(self, verdict: Verdict, made: Catalogued | None) -> Iterator[Done]:
        finding = verdict.finding
        if made is None:
            yield Refusal(verdict, NO_ADDITION, hint=verdict.hint)
            return
        match finding:
            case MissingTable(renamed=None):
                things = made.beside() if made.table.name in self.fresh else ()
                for thing in things:
                    yield self._object(verdict, thing, made, rows=False)
            case MissingColumn(renamed=None):
                yield from self._column(verdict, finding.column, made)
            case MissingIndex():
                yield self._object(verdict, finding.index, made)
            case MissingConstraint():
                yield self._object(verdict, finding.constraint, made)
            case Default(fixable=True):
                work = made.default(finding.expected_column)
                yield self._done(verdict, "set_default", work)
            case _:
                yield Refusal(verdict, NO_ADDITION, hint=verdict.hint)

    def _column(
        self, verdict: Verdict, column: Column, made: Catalogued
    ) -> Iterator[Done]:
        done = self._done(verdict, "add_column", made.column(column))
        yield done
        if isinstance(done, Refusal):
            return
        table, names = made.table, frozenset({column.name})
        things: tuple[TableObject, ...] = (
            *table.indexes,
            *table.uniques,
            *table.checks,
            *table.foreign_keys,
        )
        for thing in things:
            if (
                stands_on(thing, names, self.traits)
                and thing not in self._begun
                and not made.inside(thing, column)
            ):
                self._begun.add(thing)
                yield self._object(verdict, thing, made, rows=False)

    def _object(
        self,
        verdict: Verdict,
        thing: TableObject,
        made: Catalogued,
        *,
        rows: bool = True,
    ) -> Done:
        """Plan an index or constraint; without `rows`, none can be in its way."""
        work = self._absent(thing) or made.object(thing)
        if isinstance(work, Work):
            if isinstance(thing, ForeignKey) and rows:
                work = self._referring(work, thing, made)
            elif not rows:
                work = Work(work.stages, work.notes)
        why = "" if rows else _beside(thing)
        return self._done(verdict, _KINDS[type(thing).__name__], work, why)

    def _absent(self, thing: TableObject) -> Obstacle | None:
        """Return the obstacle of a foreign key that leads nowhere."""
        if not isinstance(thing, ForeignKey) or thing.target.name in self.fresh:
            return None
        if self.writer.definition(Target("table", thing.target)) is not None:
            return None
        return Obstacle(f"Table '{thing.target.brief}' is not there.")

    def _referring(self, work: Work, key: ForeignKey, made: Catalogued) -> Work:
        """Return the work of a foreign key, whose target may be of this plan, too."""
        if key.target.name not in self.fresh:
            return work
        filled = self.writer.filled_in(made.source, key.columns)
        reason = f"Rows refer to '{key.target.brief}', which is not there"
        return Work(work.stages, work.notes, (Forbidden(filled, reason),))

    def _done(
        self, verdict: Verdict, kind: str, work: Work | Obstacle, why: str = ""
    ) -> Done:
        if isinstance(work, Obstacle):
            return Refusal(verdict, work.reason, hint=work.hint)
        for forbidden in work.forbidden:
            found = offending(self.writer.connection, forbidden.query)
            if found.count:
                return Refusal(
                    verdict,
                    f"{forbidden.reason}.",
                    found.count,
                    found.sample,
                    forbidden.query,
                    "Mend these rows first.",
                )
        why = why or verdict.finding.message
        return PlannedStep(kind, verdict, work.stages, why, notes=work.notes)


def _beside(thing: TableObject) -> str:
    called = f"'{thing.name}'" if thing.name else thing.definition
    return f"{thing.label.capitalize()} {called} goes with it."
