"""What a database lacks, as far as other repairs have to know of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING

from django_schemaguard.backends.repair import Obstacle
from django_schemaguard.core.kinds.migration_fake_applied import MigrationFakeApplied
from django_schemaguard.core.kinds.missing_column import MissingColumn
from django_schemaguard.core.kinds.missing_constraint import MissingConstraint
from django_schemaguard.core.kinds.missing_index import MissingIndex
from django_schemaguard.core.kinds.missing_table import MissingTable
from django_schemaguard.core.kinds.pk import WrongPrimaryKey
from django_schemaguard.core.kinds.relation_kind import WrongRelationKind
from django_schemaguard.core.kinds.sequence_behind import SequenceBehind
from django_schemaguard.core.schema import Index, Unique

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.backends.repair import Source
    from django_schemaguard.core.finding import Finding
    from django_schemaguard.core.report import Verdict
    from django_schemaguard.core.schema import ForeignKey, TableObject, TableRef

RENAMED = Obstacle(
    "It stands on a column that may have another name.",
    "Rename the column back first.",
)


@dataclass(slots=True)
class Gaps:
    """What is missing, by the name of its table.

    Attributes:
        tables: Those that are to be made.
        others: What stands in place of a table, or is one that lasts less.
        columns: Those that are missing, or may have another name.
        keys: What is found of primary keys and unique constraints.
        behind: Those with a sequence that is known to be behind.
        made: Whether each of the tables can be made, as far as that was asked.
    """

    tables: dict[str, TableRef] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)
    columns: dict[str, dict[str, MissingColumn]] = field(default_factory=dict)
    keys: dict[str, list[Verdict]] = field(default_factory=dict)
    behind: set[str] = field(default_factory=set)
    made: dict[str, bool] = field(default_factory=dict)

    def note(self, verdict: Verdict) -> None:
        """Take note of a finding."""
        finding = verdict.finding
        name = finding.table.name
        if isinstance(finding, MissingColumn):
            self.columns.setdefault(name, {})[finding.column.name] = finding
        if isinstance(finding, MissingTable) and finding.fixable:
            self.tables[name] = finding.table
        if isinstance(finding, WrongRelationKind):
            self.others.add(name)
        if isinstance(finding, SequenceBehind):
            self.behind.add(name)
        if _key_columns(finding):
            self.keys.setdefault(name, []).append(verdict)

    def readable(self, source: Source) -> Source:
        """Return a source without the primary key where its columns are missing."""
        key = source.table.primary_key
        gone = self.columns.get(source.table.name, {})
        if key is None or gone.keys().isdisjoint(key.columns):
            return source
        return replace(source, table=replace(source.table, primary_key=None))

    def lost_columns(self, key: ForeignKey) -> tuple[str, ...]:
        """Return the columns that a foreign key refers to, and that are missing."""
        gone = self.columns.get(key.target.name, {})
        return tuple(column for column in key.target_columns if column in gone)

    def renamed(self, name: str) -> frozenset[str]:
        """Return the columns of a table that may have another name, by both names."""
        found = self.columns.get(name, {}).values()
        pairs = ((it.column.name, it.renamed) for it in found if it.renamed)
        return frozenset(chain.from_iterable(pairs))

    def keys_for(self, key: ForeignKey) -> Iterator[Verdict]:
        """Yield the findings of what would keep unique what the key refers to."""
        for verdict in self.keys.get(key.target.name, ()):
            if _key_columns(verdict.finding) == key.target_columns:
                yield verdict


def _key_columns(finding: Finding) -> tuple[str, ...]:
    """Return the columns of a key that is missing or another one."""
    if isinstance(finding, WrongPrimaryKey):
        return finding.wanted.columns
    if not isinstance(finding, MissingConstraint):
        return ()
    unique = finding.constraint
    if not isinstance(unique, Unique) or unique.condition:
        return ()
    return tuple(key.column or "" for key in unique.keys)


def missing_beside(verdict: Verdict, ref: TableRef, thing: TableObject) -> str:
    """Return what is missing along with what a finding names; "" where it names it."""
    if isinstance(verdict.finding, MissingConstraint | MissingIndex):
        return ""
    if isinstance(thing, Index):
        return MissingIndex(ref, thing).message
    return MissingConstraint(ref, thing).message


def belongs(piece: Verdict, whole: Verdict) -> bool:
    """Return whether a finding is of what a migration left out that was faked."""
    faked = whole.finding
    if not isinstance(faked, MigrationFakeApplied):
        return False
    return piece.migration == whole.migration or _called(piece.finding) in faked.absent


def _called(finding: Finding) -> str:
    """Return the words by which the finding about the migration names it, too."""
    match finding:
        case MissingTable():
            return f"table '{finding.table.name}'"
        case MissingColumn():
            return f"column '{finding.table.name}.{finding.column.name}'"
        case MissingConstraint():
            return f"{finding.constraint.label} '{finding.constraint.name}'"
        case MissingIndex():
            return f"{finding.index.label} '{finding.index.name}'"
        case _:
            return ""
