"""SG104: a column in the database that the model does not have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Effect, Finding, Severity
from django_schemaguard.core.kinds._columns import ordinary
from django_schemaguard.core.kinds._wording import DROP_OR_WAIVE, address, brief
from django_schemaguard.core.schema import Column, Facet, Skip, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


@dataclass(frozen=True, slots=True)
class ExtraColumn(Finding):
    """A table has a column that its model does not declare.

    Why it matters:
        Where the column is NOT NULL and gets no value by itself, every INSERT from
        Django fails, since Django leaves the column out: an error. Otherwise Django
        never touches it, or a trigger before INSERT may fill it: info.

    Fix:
        Give the column a default, make it nullable, drop it, or add its field.
    """

    code: ClassVar[str] = "SG104"
    kind: ClassVar[str] = "extra_column"
    usual: ClassVar[Severity] = Severity.INFO
    facet: ClassVar[Facet] = Facet.COLUMNS

    column: Column
    hooked: bool = False

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        for pair in ordinary(pairs):
            if not pair.expected.partial:
                hooked = _may_be_filled(pair.actual, pairs.actual.traits.vendor)
                for column in pair.extra_columns:
                    yield cls(pair.ref, column, hooked)

    @property
    def blocking(self) -> bool:
        """Whether an INSERT that leaves the column out fails."""
        column = self.column
        filled = self.hooked or column.nullable or column.default or column.generated
        return not filled and column.identity is None

    @property
    @override
    def severity(self) -> Severity:
        return Severity.ERROR if self.blocking else Severity.INFO

    @property
    @override
    def effect(self) -> Effect:
        return Effect.INSERTS_FAIL if self.blocking else Effect.NONE

    @property
    @override
    def message(self) -> str:
        subject = f"{address(self.table)}.{self.column.name}"
        definition = brief(self.column.definition)
        return f"Column '{subject}' ({definition}) is not in the model."

    @property
    @override
    def hint(self) -> str:
        if self.blocking:
            return "Give it a default, make it nullable, or drop it."
        return DROP_OR_WAIVE

    @property
    @override
    def object(self) -> str | None:
        return self.column.name

    @property
    @override
    def actual(self) -> str | None:
        return self.column.definition


def _may_be_filled(table: Table, vendor: str) -> bool:
    """Return whether a trigger may give a value to a column that INSERT leaves out."""
    # On SQLite a trigger cannot change the row that is about to be written.
    return vendor != "sqlite" and any(
        hook.timing == "BEFORE" and "INSERT" in hook.events for hook in table.hooks
    )
