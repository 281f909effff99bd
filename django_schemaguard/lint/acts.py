"""What the operations of one migration do, seen together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.migrations.operations import (
    RunPython,
    RunSQL,
    SeparateDatabaseAndState,
)

if TYPE_CHECKING:
    from django.db.migrations.migration import Migration
    from django.db.migrations.operations.base import Operation

    from django_schemaguard.lint.site import Site
    from django_schemaguard.lint.sql import Statement
    from django_schemaguard.lint.travel import Travel

_DATA = ("INSERT", "UPDATE", "DELETE", "MERGE", "COPY")
_SCHEMA = ("ALTER", "CREATE", "DROP", "RENAME", "TRUNCATE")


@dataclass(frozen=True, slots=True)
class Act:
    """What one operation does to the database.

    Attributes:
        position: From 1.
        changes_data: It writes rows.
        changes_schema: It changes tables that were there before.
        statements: How many statements it is; 1 where that cannot be told.
        locked: Tables that were there before, and are locked against reading.
        adds_enum_value: It adds a value to an enum type.
    """

    position: int
    operation: Operation
    changes_data: bool = False
    changes_schema: bool = False
    statements: int = 0
    locked: frozenset[str] = frozenset()
    adds_enum_value: bool = False


@dataclass
class Acts:
    """A migration and what its operations do, in their order."""

    travel: Travel
    migration: Migration
    acts: list[Act] = field(default_factory=list)
    _names: dict[str, str] = field(default_factory=dict)

    def add(self, site: Site) -> None:
        """Take in what an operation does."""
        operation = site.operation
        if isinstance(operation, SeparateDatabaseAndState):
            return  # What is inside comes by itself.
        if site.is_a("CreateExtension") or site.is_a("CollationOperation"):
            act = Act(site.position, operation, statements=1)  # They ask the server.
        elif isinstance(operation, RunPython):
            writes = operation.code is not RunPython.noop
            act = Act(site.position, operation, writes, statements=int(writes))
        else:
            ran = site.sql if isinstance(operation, RunSQL) else site.emitted
            old = [one for one in ran if one.table not in site.travel.fresh]
            act = Act(
                site.position,
                operation,
                any(one.starts(word) for one in site.stated for word in _DATA),
                any(one.starts(word) for one in old for word in _SCHEMA),
                len(ran),
                frozenset(name for one in old for name in self._locked(one)),
                any(
                    one.starts("ALTER", "TYPE") and one.has("ADD", "VALUE")
                    for one in ran
                ),
            )
        self.acts.append(act)

    def _locked(self, statement: Statement) -> tuple[str, ...]:
        """Return the table that is locked, by the name that it had first."""
        if not (
            statement.starts("ALTER", "TABLE") or statement.starts("DROP", "TABLE")
        ):
            return ()
        name = statement.table
        if name is None:
            return ()
        first = self._names.get(name, name)
        new = statement.name_after("RENAME", "TO")
        if new is not None:
            self._names[new] = first
        return (first,)


def _adds_value(statement: Statement) -> bool:
    return statement.starts("ALTER", "TYPE") and statement.has("ADD", "VALUE")
