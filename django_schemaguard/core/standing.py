"""How much of a migration's work stands in the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from django_schemaguard.core.schema import (
    Absence,
    Check,
    Exclusion,
    Facet,
    Index,
    RelationKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.history import Part, Work
    from django_schemaguard.core.pairing import Matching, Pairs, TablePair
    from django_schemaguard.core.schema import TableRef, Unique

    Named: TypeAlias = (
        Matching[Check] | Matching[Exclusion] | Matching[Index] | Matching[Unique]
    )

_TABLES = frozenset(
    {RelationKind.TABLE, RelationKind.PARTITIONED, RelationKind.UNLOGGED}
)

# Beginnings of the names of what a table works without.
_MINOR = (Index.label, Check.label, Exclusion.label)

# What it is called, and the table that lacks it; None where it is there.
Look: TypeAlias = "tuple[str, TableRef | None]"


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a migration's work was looked for; what could not be is in neither.

    Attributes:
        present: Tables, columns, indexes and constraints, as a person names them.
        absent: Likewise.
        tables: Those of what is absent.
        grave: More than indexes and checks is absent.
    """

    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    tables: tuple[TableRef, ...] = ()
    grave: bool = True


class Ground:
    """The tables of a comparison, by their models."""

    def __init__(self, pairs: Pairs) -> None:
        self._sees = pairs.actual.traits.sees
        self._vendor = pairs.actual.traits.vendor
        self._pairs = {
            pair.expected.model.lower(): pair
            for pair in pairs.tables
            if pair.expected.model is not None and pair.actual.locked is None
        }
        # Where tables may be concealed, none is known to be missing.
        self._missing = {
            table.model.lower(): table.ref
            for table in pairs.missing
            if table.model is not None and pairs.actual.concealed is None
        }

    def standing(self, work: Work) -> Standing:
        """Return what of the work is there and what is not.

        A part of a table that another migration made says nothing where the whole
        table is missing.
        """
        looks = [look for part in work.made if (look := self._look(part))]
        tables = dict.fromkeys(table for _, table in looks if table is not None)
        absent = tuple(name for name, table in looks if table is not None)
        return Standing(
            (
                *(name for name, table in looks if table is None),
                *(name for part in work.reshaped if (name := self._reshaped(part))),
                *(name for table in tables if (name := self._referring(table))),
            ),
            absent,
            tuple(tables),
            grave=any(not name.startswith(_MINOR) for name in absent),
        )

    def _reshaped(self, part: Part) -> str | None:
        """Return the column of an altered field, where it is as it was altered."""
        pair = self._pairs.get(part[0])
        for ours, theirs in pair.columns if pair else ():
            if ours.field == part[1]:
                same = (ours.type, ours.nullable) == (theirs.type, theirs.nullable)
                return f"column '{ours.name}'" if same else None
        return None

    def _referring(self, missing: TableRef) -> str | None:
        """Return a column that could not have been made before the missing table was.

        SQLite lets a foreign key refer to nothing.
        """
        if self._vendor == "sqlite" or missing not in self._missing.values():
            return None
        for pair in self._pairs.values():
            standing = {column.name for column, _ in pair.columns}
            for key in pair.expected.foreign_keys:
                if key.target.name == missing.name and standing.issuperset(key.columns):
                    return f"column '{pair.actual.name}.{key.columns[0]}'"
        return None

    def is_begun(self, work: Work) -> bool:
        """Return whether anything that the migration makes is there."""
        made = (part for part in work.made if part not in work.stated)
        return any(look[1] is None for part in made if (look := self._look(part)))

    def _look(self, part: Part) -> Look | None:
        model, name = part
        label = f"{model}_{name}" if name else model
        if label in self._missing:
            return f"table '{self._missing[label].name}'", self._missing[label]
        if label in self._pairs:
            return f"table '{self._pairs[label].actual.name}'", None
        pair = self._pairs.get(model)
        if pair is None or not name or pair.actual.kind not in _TABLES:
            return None
        return _column(pair, name) or self._object(pair, name)

    def _object(self, pair: TablePair, name: str) -> Look | None:
        for matching in self._matchings(pair):
            for thing in matching.missing:
                if thing.named and thing.name == name:
                    told = thing.absence is Absence.REPORTED
                    return (f"{thing.label} '{name}'", pair.ref) if told else None
            for thing, _ in (*matching.same, *matching.changed):
                if thing.named and thing.name == name:
                    return f"{thing.label} '{name}'", None
        return None

    def _matchings(self, pair: TablePair) -> Iterator[Named]:
        by_facet: tuple[tuple[Facet, Named], ...] = (
            (Facet.INDEXES, pair.indexes),
            (Facet.UNIQUES, pair.uniques),
            (Facet.CHECKS, pair.checks),
            (Facet.EXCLUSIONS, pair.exclusions),
        )
        for facet, matching in by_facet:
            if facet in self._sees and facet not in pair.actual.unseen:
                yield matching


def _column(pair: TablePair, field: str) -> Look | None:
    for column in pair.expected.columns:
        if column.field == field:
            there = all(column.name != lost.name for lost in pair.missing_columns)
            where = None if there else pair.ref
            return f"column '{pair.actual.name}.{column.name}'", where
    return None
