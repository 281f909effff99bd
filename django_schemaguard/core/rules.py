"""What a project's settings say about its schema, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django_schemaguard._typing import override

if TYPE_CHECKING:
    from datetime import date

    from django_schemaguard.core.patterns import Pattern
    from django_schemaguard.core.schema import TableRef


class Mode(StrEnum):
    """How strictly findings are judged."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding that the project knows of and accepts.

    What is None is not looked at; what is set has to fit. At least one of
    `code`, `table`, `object` and `migration` is set.

    Attributes:
        reason: Why it is accepted, in the project's own words.
        code: The code or the kind of the finding.
        table: The table, its model or its app.
        object: The column, constraint or index. Never fits a whole table.
        owner: Who answers for it.
        until: The last day on which it holds.
        migration: The migration of a lint finding, as "app.name"; only in ALLOW.
    """

    reason: str
    code: Pattern | None = None
    table: Pattern | None = None
    object: Pattern | None = None
    owner: str | None = None
    until: date | None = None
    migration: Pattern | None = None

    def covers(self, migration: str) -> bool:
        """Return whether it is about this migration, "app.name", or about any."""
        return self.migration is None or self.migration.matches(migration)

    def expired(self, today: date) -> bool:
        """Return whether its last day has passed."""
        return self.until is not None and self.until < today

    def fits(
        self, names: tuple[str, str], table: TableRef, object_name: str | None
    ) -> bool:
        """Return whether it is about this finding; its date is not looked at.

        Args:
            names: The finding's code and kind.
            table: The finding's table.
            object_name: The finding's column, constraint or index.
        """
        return (
            (self.code is None or any(self.code.matches(name) for name in names))
            and (self.table is None or self.table.covers(table))
            and (
                self.object is None
                or (object_name is not None and self.object.matches(object_name))
            )
        )

    @override
    def __str__(self) -> str:
        parts = (
            ("code", self.code),
            ("table", self.table),
            ("object", self.object),
            ("migration", self.migration),
        )
        return ", ".join(f"{word} '{given.text}'" for word, given in parts if given)


@dataclass(frozen=True, slots=True)
class DeclaredColumn:
    """A column that settings say a table has.

    Attributes:
        type: As the server would be told; None where any will do.
        nullable: None where either will do.
        has_default: None where either will do.
    """

    name: str
    type: str | None = None
    nullable: bool | None = None
    has_default: bool | None = None


@dataclass(frozen=True, slots=True)
class DeclaredTable:
    """A table that no model declares, yet the project needs.

    Attributes:
        name: With its namespace, if it is outside the search path.
        required: Whether it has to exist.
        columns: Those that matter; the table may have others.
    """

    name: str
    required: bool = True
    columns: tuple[DeclaredColumn, ...] = ()
