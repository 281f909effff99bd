"""Where tables stand that are not where their models look for them."""

from __future__ import annotations

from dataclasses import dataclass

from django_schemaguard.core.history import MIGRATIONS
from django_schemaguard.core.schema import Schema, Table, TableRef


@dataclass(frozen=True, slots=True)
class Places:
    """The places of tables, on both sides.

    Attributes:
        outside: By folded name: what the search path does not find.
        home: The namespace of the record of migrations.
    """

    expected: Schema
    actual: Schema
    outside: dict[str, TableRef]
    home: str | None

    @classmethod
    def of(cls, expected: Schema, actual: Schema) -> Places:
        """Return the places of two schemas of one server."""
        key = actual.traits.table_key
        record = actual.table(MIGRATIONS)
        outside = {key(ref.name): ref for ref in actual.elsewhere}
        return cls(expected, actual, outside, record.namespace if record else None)

    def at(self, place: TableRef) -> Table | None:
        """Return what was read there, if it was."""
        return self.actual.table(place.name, place.namespace)

    def of_misplaced(self, table: Table) -> TableRef | None:
        """Return where else the table stands; None where it is in its place."""
        found = self.actual.table(table.name, table.namespace)
        if found is not None:
            return self._covered(found) if table.namespace is None else None
        visible = self.actual.table(table.name) if table.namespace else None
        if visible is not None:
            promised = self._is_promised(visible, table)
            return None if promised else TableRef(visible.namespace, visible.name)
        return self.outside.get(self.actual.traits.table_key(table.name))

    def _covered(self, found: Table) -> TableRef | None:
        """Return the table beside the record of migrations that `found` covers.

        The search path finds another one of the name first.
        """
        if None in {self.home, found.namespace} or found.namespace == self.home:
            return None
        twin = self.actual.table(found.name, self.home)
        return None if twin is None else TableRef(twin.namespace, twin.name)

    def _is_promised(self, visible: Table, table: Table) -> bool:
        """Return whether another model, or nobody knows who, has that table."""
        key = self.actual.traits.table_key
        name = key(visible.name)
        return name in self.expected.known or any(
            it is not table
            and it.namespace in {None, visible.namespace}
            and key(it.name) == name
            for it in self.expected
        )
