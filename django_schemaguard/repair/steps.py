"""What is done about each finding, in steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from django_schemaguard.backends.repair import (
    LOST_KEY,
    Obstacle,
    Options,
    Work,
)
from django_schemaguard.core.dependents import stands_on
from django_schemaguard.core.kinds.missing_column import MissingColumn
from django_schemaguard.core.kinds.missing_constraint import MissingConstraint
from django_schemaguard.core.kinds.missing_extension import MissingExtension
from django_schemaguard.core.kinds.missing_index import MissingIndex
from django_schemaguard.core.kinds.missing_table import MissingTable
from django_schemaguard.core.kinds.pk import WrongPrimaryKey
from django_schemaguard.core.plan import PlannedStep, Refusal
from django_schemaguard.core.schema import (
    Absence,
    Check,
    Exclusion,
    ForeignKey,
    Index,
    TableObject,
    Traits,
    Unique,
)
from django_schemaguard.repair.changes import NO_ADDITION, Repair, change
from django_schemaguard.repair.gaps import RENAMED, Gaps, missing_beside
from django_schemaguard.repair.losses import lost
from django_schemaguard.repair.referring import TABLES, referring
from django_schemaguard.repair.rows import Offending, offending

if TYPE_CHECKING:
    from django_schemaguard.backends.repair import Source, Sources
    from django_schemaguard.backends.repair.base import Writer
    from django_schemaguard.core.report import Verdict

Done: TypeAlias = PlannedStep | Refusal


@dataclass(slots=True)
class Drafting:
    """Turns the findings of one database into steps.

    Attributes:
        gaps: What is missing, of all findings.
    """

    writer: Writer
    sources: Sources
    options: Options
    traits: Traits
    gaps: Gaps = field(default_factory=Gaps)
    _begun: set[tuple[str, str]] = field(default_factory=set)

    def expect(self, verdict: Verdict) -> None:
        """Take note of what will be there; of all findings before any is drafted."""
        self.gaps.note(verdict)

    def draft(self, verdict: Verdict) -> Iterator[Done]:
        """Yield the steps that mend a finding, or why it is left alone."""
        finding = verdict.finding
        if isinstance(finding, MissingExtension):
            work = self.writer.create_extension(finding.name)
            yield self._done(verdict, ("create_extension", work))
            return
        source = self.sources.of(finding.table)
        if source is None:
            yield self._done(verdict, ("", NO_ADDITION))
            return
        if self._unquotable(source):
            reason = (
                "A name holds the sign that quotes names, which Django writes bare."
            )
            yield self._done(verdict, ("", Obstacle(reason, "Rename it in the model.")))
            return
        match finding:
            case MissingTable():
                yield from self._table(verdict, source, finding)
            case MissingColumn():
                yield from self._column(verdict, source, finding)
            case MissingConstraint():
                yield self._object(verdict, source, finding.constraint)
            case MissingIndex():
                yield self._object(verdict, source, finding.index)
            case _:
                yield from self._changed(verdict, self.gaps.readable(source))

    def _unquotable(self, source: Source) -> bool:
        sign = self.writer.quote("x")[0]
        table = source.table
        names = (table.name, table.namespace or "", *(c.name for c in table.columns))
        return any(sign in name for name in names)

    def _table(
        self, verdict: Verdict, source: Source, finding: MissingTable
    ) -> Iterator[Done]:
        if not finding.fixable:
            yield self._done(verdict, ("", NO_ADDITION))
            return
        made = self._done(verdict, ("create_table", self.writer.create_table(source)))
        yield made
        if isinstance(made, Refusal) or self.traits.vendor == "sqlite":
            return
        for key in source.table.foreign_keys:
            yield self._object(verdict, source, key)

    def _column(
        self, verdict: Verdict, source: Source, finding: MissingColumn
    ) -> Iterator[Done]:
        if finding.renamed or finding.relation not in TABLES:
            yield self._done(verdict, ("", NO_ADDITION))
            return
        column = finding.column.name
        work = self.added(source, column)
        made = self._done(verdict, ("add_column", work))
        if isinstance(made, PlannedStep) and isinstance(work, Work):
            gone = lost(self.writer, source, column, verdict, work)
            made = replace(made, warnings=(*gone, *work.warnings))
        yield made
        if isinstance(made, PlannedStep):
            yield from self._key(verdict, source, column)
            for thing in self._standing_on(source, column):
                beside = self._object(verdict, source, thing)
                # Django makes none where the collation is not deterministic.
                fickle = isinstance(thing, Index) and thing.deterministic is not None
                if not (fickle and isinstance(beside, Refusal)):
                    yield beside

    def _changed(self, verdict: Verdict, source: Source) -> Iterator[Done]:
        finding = verdict.finding
        made = self._done(verdict, change(finding, source, self.writer, self.options))
        yield made
        if isinstance(made, PlannedStep) and isinstance(finding, WrongPrimaryKey):
            yield from self._behind(verdict, source, finding.wanted.columns)

    def _behind(
        self, verdict: Verdict, source: Source, columns: tuple[str, ...]
    ) -> Iterator[Done]:
        """Yield the step for a sequence of a new key that nobody could see is behind.

        The highest number is looked up only where an index tells it.
        """
        ref = verdict.finding.table
        for column in source.table.columns if ref.name not in self.gaps.behind else ():
            if column.identity is None or column.name not in columns:
                continue
            work = self.writer.raise_sequence(source, column.name)
            if isinstance(work, Work) and self.writer.any(work.stages[0].due):
                beside = f"The sequence of '{ref.brief}.{column.name}' is behind."
                yield self._done(verdict, ("set_sequence", work), beside=beside)

    def added(self, source: Source, column: str) -> Work | Obstacle:
        """Return how a missing column is added, or why it is not."""
        key = source.table.primary_key
        if key is not None and column in key.columns:
            postgresql = self.traits.vendor == "postgresql"
            if not postgresql or self.writer.filled(source.table.ref):
                return LOST_KEY
        else:
            source = self.gaps.readable(source)
        return self.writer.add_column(source, column, self.options)

    def _key(self, verdict: Verdict, source: Source, column: str) -> Iterator[Done]:
        """Yield the step for a primary key of several columns that went with one."""
        key, address = source.table.primary_key, (source.table.name, "")
        if key is None or column not in key.columns or address in self._begun:
            return
        self._begun.add(address)
        repair = ("add_primary_key", self.writer.add_primary_key(source, key))
        listed = ", ".join(key.columns)
        beside = f"Primary key ({listed}) of '{source.table.ref.brief}' is missing."
        yield self._done(verdict, repair, looked_at=False, beside=beside)

    def _standing_on(self, source: Source, column: str) -> Iterator[TableObject]:
        """Yield what went with a column, each thing once."""
        table = source.table
        things: tuple[TableObject, ...] = (
            *table.indexes,
            *table.uniques,
            *table.checks,
            *table.exclusions,
            *table.foreign_keys,
        )
        for thing in things:
            address = (table.name, thing.name or thing.definition)
            if address in self._begun or not self._due(thing):
                continue
            if stands_on(thing, frozenset({column}), self.traits):
                self._begun.add(address)
                yield thing

    def _due(self, thing: TableObject) -> bool:
        """Return whether a thing is made beside its column, not inside of it."""
        inline = self.traits.vendor != "postgresql"
        if isinstance(thing, Check):
            return not thing.opaque and (thing.named or not inline)
        if isinstance(thing, ForeignKey):
            return self.traits.vendor != "sqlite"
        if isinstance(thing, Index) and thing.opaque:
            return False
        return thing.absence is not Absence.ALLOWED

    def _object(self, verdict: Verdict, source: Source, thing: TableObject) -> Done:
        writer, options = self.writer, self.options
        source = self.gaps.readable(source)
        name = source.table.name
        gone = frozenset(self.gaps.columns.get(name, ()))
        there = name not in self.gaps.tables and not stands_on(thing, gone, self.traits)
        match thing:
            case _ if stands_on(thing, self.gaps.renamed(name), self.traits):
                repair: Repair = ("", RENAMED)
            case Index():
                repair = ("add_index", writer.add_index(source, thing))
            case Unique():
                repair = ("add_unique", writer.add_unique(source, thing))
            case Check(opaque=True):
                repair = ("", Obstacle("Only its own class knows how it is made."))
            case Check():
                repair = ("add_check", writer.add_check(source, thing, options))
            case ForeignKey():
                repair = ("add_foreign_key", referring(self, source, thing))
            case Exclusion():
                work = writer.add_exclusion(source, thing, options)
                repair = ("add_exclusion", work)
        beside = missing_beside(verdict, source.table.ref, thing)
        return self._done(verdict, repair, looked_at=there, beside=beside)

    def _done(
        self,
        verdict: Verdict,
        repair: Repair,
        *,
        looked_at: bool = True,
        beside: str = "",
    ) -> Done:
        """Return the step, or what keeps it from being one.

        Args:
            verdict: What it mends.
            repair: How.
            looked_at: Rows are looked at, since there may be some.
            beside: What else is missing, where it went with what the finding names.
        """
        kind, work = repair
        about = f"{beside} " if beside else ""
        if isinstance(work, Obstacle):
            reason, hint = about + work.reason, work.hint or verdict.finding.hint
            if not work.query:
                return Refusal(verdict, reason, hint=hint)
            found = self._offending(verdict, work.query)
            return Refusal(verdict, reason, found.count, found.sample, work.query, hint)
        for forbidden in work.forbidden if looked_at else ():
            found = self._offending(verdict, forbidden.query)
            if found.count:
                reason = f"{about}{forbidden.reason}."
                hint = "Mend these rows first."
                query = forbidden.query
                return Refusal(verdict, reason, found.count, found.sample, query, hint)
        ref = verdict.finding.table
        return PlannedStep(
            kind,
            verdict,
            work.stages,
            beside or verdict.finding.message,
            None if kind == "create_extension" else self.writer.rows(ref),
            work.notes,
            tuple((each.query, each.reason) for each in work.forbidden),
        )

    def _offending(self, verdict: Verdict, query: str) -> Offending:
        """Return the rows that a query finds; without a key, only how many."""
        found = offending(self.writer.connection, query)
        source = self.sources.of(verdict.finding.table)
        if source is None or self.gaps.readable(source).table.primary_key is None:
            return replace(found, sample=())
        return found
