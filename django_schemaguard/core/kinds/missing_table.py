"""SG101: a table that a model declares is not in the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Effect, Finding, Severity
from django_schemaguard.core.kinds._wording import ADD_IT, address
from django_schemaguard.core.schema import Facet, Skip, Table, TableRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


@dataclass(frozen=True, slots=True)
class MissingTable(Finding):
    """A model declares a table that the database lacks.

    Why it matters:
        Every query on the model fails. The table is reported once, without its
        columns, constraints and indexes. Where one other table has the same
        columns, it was most likely renamed by hand, and its rows are there.

    Fix:
        ``auto_fix`` creates it as its migration does. A renamed table is better
        renamed back, since a new one would be empty.
    """

    code: ClassVar[str] = "SG101"
    kind: ClassVar[str] = "missing_table"
    usual: ClassVar[Severity] = Severity.ERROR
    facet: ClassVar[Facet] = Facet.TABLES
    additive: ClassVar[bool] = True

    definition: Table
    renamed: TableRef | None = None

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        concealed = pairs.actual.concealed
        for table in pairs.missing:
            if concealed is None:
                yield cls(table.ref, table)
            else:
                yield Skip(table.name, None, concealed)
        for table, other in pairs.renamed:
            yield cls(table.ref, table, other.ref)
        for found in (*pairs.hidden, *(pair.actual for pair in pairs.tables)):
            if found.locked is not None:
                yield Skip(found.name, None, found.locked)

    @property
    @override
    def effect(self) -> Effect:
        return Effect.QUERIES_FAIL

    @property
    @override
    def message(self) -> str:
        missing = f"Table '{address(self.table)}' is missing"
        if self.renamed is None:
            return f"{missing}."
        other = address(self.renamed)
        return f"{missing}; '{other}', with the same columns, may be its new name."

    @property
    @override
    def hint(self) -> str:
        if self.renamed is not None:
            return "Rename the table back, or rename it in a migration, too."
        if self.table.model is None:
            return "Create it, or take it out of SCHEMAGUARD['TABLES']."
        return ADD_IT

    @property
    @override
    def expected(self) -> str | None:
        count = len(self.definition.columns)
        return f"table with {count} column{'' if count == 1 else 's'}"

    @property
    @override
    def actual(self) -> str | None:
        return address(self.renamed) if self.renamed else None

    @property
    @override
    def fixable(self) -> bool:
        return self.renamed is None and not self.definition.partial
