"""What a database will have once all is added that can be."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django_schemaguard.backends.repair import Obstacle
from django_schemaguard.core.dependents import columns_of, stands_on
from django_schemaguard.core.kinds.missing_column import MissingColumn
from django_schemaguard.core.kinds.missing_constraint import MissingConstraint
from django_schemaguard.core.plan import Target
from django_schemaguard.core.schema import ForeignKey, Unique

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_schemaguard.backends.repair import Writer
    from django_schemaguard.core.finding import Finding
    from django_schemaguard.core.schema import Column, Table, TableObject, Traits


@dataclass(frozen=True, slots=True)
class Coming:
    """What is there and what will be, as far as that is decided.

    Attributes:
        there: The tables, by name.
        fresh: The names of tables that are made.
        lost: Names of columns that are not added, by table.
        keyless: The columns of unique constraints that are not added, each with its
            table: no foreign key can refer to them.
    """

    writer: Writer
    there: Mapping[str, Table]
    traits: Traits
    fresh: set[str] = field(default_factory=set)
    lost: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    keyless: set[tuple[str, frozenset[str]]] = field(default_factory=set)

    def leave(self, finding: Finding) -> None:
        """Take note of what is not added."""
        if isinstance(finding, MissingColumn):
            self.lost[finding.table.name].add(finding.column.name)
        elif isinstance(finding, MissingConstraint):
            self.leave_object(finding.table.name, finding.constraint)

    def leave_object(self, table: str, thing: TableObject) -> None:
        """Take note of an index or constraint that is not added."""
        if isinstance(thing, Unique):
            self.keyless.add((table, columns_of(thing)))

    def columns(self, table: Table) -> tuple[Column, ...]:
        """Return the columns that a table of the other database will have here."""
        fold, found = self.traits.key, self.there.get(table.name)
        columns = () if found is None else found.columns
        known = {fold(column.name) for column in columns}
        known |= set(map(fold, self.lost[table.name]))
        return (*columns, *(it for it in table.columns if fold(it.name) not in known))

    def lacking(self, table: Table, thing: TableObject) -> Obstacle | None:
        """Return what an index or constraint stands on that there will not be."""
        for name in sorted(self.lost[table.name]):
            if stands_on(thing, frozenset({name}), self.traits):
                return Obstacle(f"Column '{name}', which it needs, is not added.")
        return self._target(thing) if isinstance(thing, ForeignKey) else None

    def has_target(self, key: ForeignKey) -> bool:
        """Return whether what a foreign key leads to is there already."""
        if key.target.name in self.fresh:
            return False
        found = self.there.get(key.target.name)
        return found is None or all(map(found.column, key.target_columns))

    def _target(self, key: ForeignKey) -> Obstacle | None:
        """Return the obstacle of a foreign key that leads nowhere."""
        target, columns = key.target, frozenset(key.target_columns)
        if (target.name, columns) in self.keyless or self.lost[target.name] & columns:
            listed = ", ".join(key.target_columns)
            return Obstacle(f"Key ({listed}) of table '{target.brief}' is not added.")
        if target.name in self.fresh:
            return None
        if self.writer.definition(Target("table", target)) is not None:
            return None
        return Obstacle(f"Table '{target.brief}' is not there.")
