"""Sequences, privileges, row security and triggers, from catalog rows."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from django_schemaguard.core.schema import Access, Hook, Numbering, Session

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django_schemaguard.backends.postgresql.numbers import Probes
    from django_schemaguard.backends.postgresql.rows import (
        AttributeRow,
        Catalog,
        HookRow,
        LackingRow,
        NumberingRow,
        RelationRow,
        SessionRow,
    )

    _Row = TypeVar("_Row", LackingRow, NumberingRow, HookRow)

# The bits of pg_trigger.tgtype.
_BEFORE, _INSTEAD = 2, 64
_EVENTS = {4: "INSERT", 16: "UPDATE", 8: "DELETE"}
_LARGEST = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}
_PATH_ENTRY = re.compile(r'"((?:[^"]|"")*)"|([^,\s]+)')


@dataclass(frozen=True, slots=True)
class Live:
    """What is told of a table beside its definition, by the table's oid."""

    lacking: Mapping[str, list[LackingRow]]
    numbering: Mapping[str, list[NumberingRow]]
    hooks: Mapping[str, list[HookRow]]
    probes: Probes

    @classmethod
    def of(cls, catalog: Catalog, probes: Probes) -> Live:
        """Return the rows by table."""
        return cls(
            _grouped(catalog.lacking),
            _grouped(catalog.numbering),
            _grouped(catalog.hooks),
            probes,
        )

    def numbering_of(
        self, row: RelationRow, attributes: list[AttributeRow]
    ) -> tuple[Numbering, ...]:
        """Return what numbers the columns of a table."""
        names = {each.number: each for each in attributes}
        return tuple(
            self._numbering(each, names[each.number])
            for each in self.numbering.get(row.oid, ())
        )

    def _numbering(self, row: NumberingRow, column: AttributeRow) -> Numbering:
        largest = _LARGEST.get(column.type, row.maximum)
        return Numbering(
            column.name,
            row.name if row.visible else f"{row.namespace}.{row.name}",
            owned=row.owned,
            # An identity draws from its sequence without being asked for a privilege.
            usable=row.usable or bool(column.identity),
            limit=min(row.maximum, largest),
            probe=self.probes.texts.get((row.relation, row.number)),
        )

    def access_of(self, row: RelationRow) -> Access:
        """Return what the role may not do with a table."""
        lacking = self.lacking.get(row.oid, ())
        states = {None: None, True: "active", False: "bypassed"}
        return Access(
            frozenset(each.privilege for each in lacking if each.columns is None),
            tuple(
                (each.privilege, frozenset(each.columns))
                for each in lacking
                if each.columns is not None
            ),
            states[row.row_security],
        )

    def hooks_of(self, row: RelationRow) -> tuple[Hook, ...]:
        """Return the triggers and rules of a table, those for TRUNCATE left out."""
        hooks = (_hook(each) for each in self.hooks.get(row.oid, ()))
        return tuple(hook for hook in hooks if hook.events)


def session(row: SessionRow, namespaces: frozenset[str]) -> Session:
    """Return who reads.

    Of the closed namespaces those of the search path count, and those looked into.
    """
    path = {
        (quoted.replace('""', '"') or plain)
        for quoted, plain in _PATH_ENTRY.findall(row.search_path)
    }
    if "$user" in path:
        path.add(row.role)
    return Session(
        row.role,
        row.read_only,
        frozenset(row.closed or ()) & (path | namespaces),
        frozenset(row.extensions or ()),
        row.ledger,
    )


def _hook(row: HookRow) -> Hook:
    timing = "AFTER"
    if row.type & _INSTEAD:
        timing = "INSTEAD OF"
    elif row.type & _BEFORE:
        timing = "BEFORE"
    if row.label == "rule" and timing == "AFTER":
        timing = "ALSO ON"
    events = tuple(word for bit, word in _EVENTS.items() if row.type & bit)
    return Hook(row.name, row.label, timing, events)


def _grouped(rows: Iterable[_Row]) -> dict[str, list[_Row]]:
    groups: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        groups[row.relation].append(row)
    return groups
