"""What is added for each difference of two databases, and what cannot be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django_schemaguard.backends.repair import Forbidden, Obstacle, Work
from django_schemaguard.core.dependents import stands_on
from django_schemaguard.core.finding import Cause
from django_schemaguard.core.kinds.default import Default
from django_schemaguard.core.kinds.missing_column import MissingColumn
from django_schemaguard.core.kinds.missing_constraint import MissingConstraint
from django_schemaguard.core.kinds.missing_index import MissingIndex
from django_schemaguard.core.kinds.missing_table import MissingTable
from django_schemaguard.core.plan import PlannedStep, Refusal
from django_schemaguard.core.schema import ForeignKey, RelationKind
from django_schemaguard.repair.catalogued import catalogued
from django_schemaguard.repair.catalogued.base import BY_HAND
from django_schemaguard.repair.rows import offending

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from django_schemaguard.backends.repair import Writer
    from django_schemaguard.core.report import Verdict
    from django_schemaguard.core.schema import Column, Table, TableObject
    from django_schemaguard.repair.catalogued import Catalogued
    from django_schemaguard.repair.coming import Coming
    from django_schemaguard.repair.steps import Done

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
class _Part:
    """An index or constraint that is due.

    Attributes:
        rows: Some may be in its way.
    """

    verdict: Verdict
    thing: TableObject
    made: Catalogued
    rows: bool = True


@dataclass(slots=True)
class Additions:
    """Turns the differences of one database into steps.

    Attributes:
        tables: As the source has them, by name.
        coming: What the target has and will have.
    """

    writer: Writer
    tables: Mapping[str, Table]
    coming: Coming
    _begun: set[TableObject] = field(default_factory=set)

    def all(self, verdicts: Iterable[Verdict]) -> Iterator[Done]:
        """Yield what becomes of each.

        Tables come first, then columns, and foreign keys last: what there will be has
        to be known before anything that stands on it is planned.
        """
        verdicts = tuple(verdicts)
        now = tuple(it for it in verdicts if it.cause is not Cause.PENDING)
        due = tuple(it for it in verdicts if it.cause is Cause.PENDING)
        for verdict in due:
            self.coming.leave(verdict.finding)
        yield from filter(None, map(self._table, now))
        yield from filter(None, map(self._column, now))
        parts = tuple(part for verdict in now for part in self._parts(verdict))
        for keys in (False, True):
            for part in parts:
                if isinstance(part.thing, ForeignKey) is keys:
                    yield self._object(part)
        yield from filter(None, map(self._other, now))
        for verdict in due:
            yield Refusal(verdict, _not_recorded(verdict), hint=verdict.hint)

    def _made(self, verdict: Verdict) -> Catalogued | None:
        table = self.tables.get(verdict.finding.table.name)
        return None if table is None else catalogued(self.writer, table)

    def _table(self, verdict: Verdict) -> Done | None:
        finding, made = verdict.finding, self._made(verdict)
        if made is None or not isinstance(finding, MissingTable) or finding.renamed:
            return None
        work: Work | Obstacle = _NO_TABLE
        if made.table.kind is RelationKind.TABLE:
            work = made.unknown() or made.whole()
        done = self._done(verdict, "create_table", work)
        if isinstance(done, PlannedStep):
            self.coming.fresh.add(made.table.name)
        return done

    def _column(self, verdict: Verdict) -> Done | None:
        finding, made = verdict.finding, self._made(verdict)
        if made is None or not isinstance(finding, MissingColumn):
            return None
        if finding.renamed:
            self.coming.leave(finding)
            return None
        column = finding.column
        work = made.unknown_column(column) or made.column(column)
        done = self._done(verdict, "add_column", work)
        if isinstance(done, Refusal):
            self.coming.leave(finding)
        return done

    def _parts(self, verdict: Verdict) -> Iterator[_Part]:
        finding, made = verdict.finding, self._made(verdict)
        match finding:
            case _ if made is None:
                return
            case MissingTable() if made.table.name in self.coming.fresh:
                for thing in made.beside():
                    yield _Part(verdict, thing, made, rows=False)
            case MissingColumn() if self._is_added(finding):
                for thing in self._standing_on(finding.column, made):
                    yield _Part(verdict, thing, made, rows=False)
            case MissingIndex():
                yield _Part(verdict, finding.index, made)
            case MissingConstraint():
                yield _Part(verdict, finding.constraint, made)
            case _:
                return

    def _is_added(self, finding: MissingColumn) -> bool:
        return finding.column.name not in self.coming.lost[finding.table.name]

    def _standing_on(self, column: Column, made: Catalogued) -> Iterator[TableObject]:
        """Yield what goes with a column, each thing once."""
        table, names = made.table, frozenset({column.name})
        things: tuple[TableObject, ...] = (
            *table.indexes,
            *table.uniques,
            *table.checks,
            *table.foreign_keys,
        )
        for thing in things:
            if (
                stands_on(thing, names, self.coming.traits)
                and thing not in self._begun
                and not made.inside(thing, column)
            ):
                self._begun.add(thing)
                yield thing

    def _other(self, verdict: Verdict) -> Done | None:
        """Return what becomes of what is neither a table, a column nor a part."""
        finding, made = verdict.finding, self._made(verdict)
        match finding:
            case _ if made is None:
                return Refusal(verdict, NO_ADDITION, hint=verdict.hint)
            case MissingTable(renamed=None) | MissingColumn(renamed=None):
                return None
            case MissingIndex() | MissingConstraint():
                return None
            case Default(fixable=True):
                column = finding.expected_column
                work = made.unknown_column(column) or made.default(column)
                return self._done(verdict, "set_default", work)
            case _:
                return Refusal(verdict, NO_ADDITION, hint=verdict.hint)

    def _object(self, part: _Part) -> Done:
        """Plan an index or constraint."""
        thing, made = part.thing, part.made
        work = (
            self.coming.lacking(made.table, thing)
            or made.unknown_object(thing, self.coming.columns(made.table))
            or made.object(thing)
        )
        if isinstance(work, Work):
            if isinstance(thing, ForeignKey) and part.rows:
                work = self._referring(work, thing, made)
            elif not part.rows:
                work = Work(work.stages, work.notes)
        why = "" if part.rows else _beside(thing)
        done = self._done(part.verdict, _KINDS[type(thing).__name__], work, why)
        if isinstance(done, Refusal):
            self.coming.leave_object(made.table.name, thing)
        return done

    def _referring(self, work: Work, key: ForeignKey, made: Catalogued) -> Work:
        """Return the work of a foreign key, whose target may be of this plan, too."""
        if self.coming.has_target(key):
            return work
        filled = self.writer.filled_in(made.source, key.columns)
        reason = f"Rows refer to '{key.target.brief}', which is not there"
        return Work(work.stages, work.notes, (Forbidden(filled, reason),))

    def _done(
        self, verdict: Verdict, kind: str, work: Work | Obstacle, why: str = ""
    ) -> Done:
        about = f"{why} " if why else ""
        if isinstance(work, Obstacle):
            return Refusal(verdict, about + work.reason, hint=work.hint)
        for forbidden in work.forbidden:
            found = offending(self.writer.connection, forbidden.query)
            if found.count:
                return Refusal(
                    verdict,
                    f"{about}{forbidden.reason}.",
                    found.count,
                    found.sample,
                    forbidden.query,
                    "Mend these rows first.",
                )
        why = why or verdict.message
        return PlannedStep(kind, verdict, work.stages, why, notes=work.notes)


def _beside(thing: TableObject) -> str:
    called = f"'{thing.name}'" if thing.name else thing.definition
    return f"{thing.label.capitalize()} {called} goes with it."


def _not_recorded(verdict: Verdict) -> str:
    migration = f" '{verdict.migration}'" if verdict.migration else ""
    return f"Its migration{migration} is not recorded there."
