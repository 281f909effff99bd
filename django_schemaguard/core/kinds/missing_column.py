"""SG102: a column that a model declares is not in the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Effect, Finding, Severity
from django_schemaguard.core.kinds._columns import ORDINARY
from django_schemaguard.core.kinds._virtual import ROW_ID, made_for_virtual
from django_schemaguard.core.kinds._wording import TRY_IT, address
from django_schemaguard.core.schema import Column, Facet, RelationKind, Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


@dataclass(frozen=True, slots=True)
class MissingColumn(Finding):
    """A model declares a column that its table lacks.

    Why it matters:
        Every query on the model selects the column, so every query fails. Where
        one other column has the same definition and belongs to no field, it was
        most likely renamed by hand, and its values are there.

    Fix:
        ``auto_fix`` adds it as its migration does. A column that is NOT NULL and has
        no default needs a value for the rows that are there. A renamed column is
        better renamed back.
    """

    code: ClassVar[str] = "SG102"
    kind: ClassVar[str] = "missing_column"
    usual: ClassVar[Severity] = Severity.ERROR
    facet: ClassVar[Facet] = Facet.COLUMNS
    additive: ClassVar[bool] = True

    column: Column
    relation: RelationKind = RelationKind.TABLE
    renamed: str | None = None

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        for pair in pairs.tables:
            relation = pair.actual.kind
            hidden = made_for_virtual(pair, pairs.actual.traits.vendor)
            for column in pair.missing_columns:
                if not (hidden and column.name.lower() == ROW_ID):
                    yield cls(pair.ref, column, relation)
            for column, other in pair.renamed_columns:
                yield cls(pair.ref, column, relation, other.name)

    @property
    @override
    def effect(self) -> Effect:
        return Effect.QUERIES_FAIL

    @property
    @override
    def message(self) -> str:
        subject = f"Column '{address(self.table)}.{self.column.name}'"
        if self.renamed is not None:
            other = f"'{self.renamed}', of the same definition, may be its new name"
            return f"{subject} is missing; {other}."
        kind = f" ({self.column.type})" if self.column.type else ""
        return f"{subject}{kind} is missing."

    @property
    @override
    def hint(self) -> str:
        if self.renamed is not None:
            return "Rename the column back, or rename it in a migration, too."
        if self.table.model is None:
            return "Add it, or take it out of SCHEMAGUARD['TABLES']."
        return TRY_IT

    @property
    @override
    def object(self) -> str | None:
        return self.column.name

    @property
    @override
    def field(self) -> str | None:
        return self.column.field

    @property
    @override
    def expected(self) -> str | None:
        if self.column.stated is not None:
            return self.column.type or None
        return self.column.definition

    @property
    @override
    def fixable(self) -> bool:
        if self.renamed or not self.column.type or self.relation not in ORDINARY:
            return False
        if self.table.model is None:
            return False
        return self.column.nullable or bool(
            self.column.default or self.column.generated
        )
