"""SG113: a table that stands outside the search path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Effect, Finding, Severity
from django_schemaguard.core.schema import Facet, Skip, TableRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


@dataclass(frozen=True, slots=True)
class WrongSchema(Finding):
    """A table stands in a schema where its model does not look for it.

    Why it matters:
        Every query on the model fails, since the server finds no table there, though
        the rows are in the other one. Where a schema before that of the migrations in
        the search path has a table of the same name, queries get that one's rows.

    Fix:
        Set ``search_path`` for the connection or role, or move or rename the table.
    """

    code: ClassVar[str] = "SG113"
    kind: ClassVar[str] = "wrong_schema"
    usual: ClassVar[Severity] = Severity.ERROR
    facet: ClassVar[Facet] = Facet.NAMESPACES

    place: TableRef
    cover: str | None = None

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        for table, place in pairs.misplaced:
            # Of a schema that is in the path and may not be used, Privilege tells.
            if place.namespace not in pairs.actual.session.closed:
                found = pairs.actual.table(table.name, table.namespace)
                yield cls(table.ref, place, found.namespace if found else None)

    @property
    @override
    def effect(self) -> Effect:
        return Effect.WRONG_RESULTS if self.cover else Effect.QUERIES_FAIL

    @property
    @override
    def message(self) -> str:
        subject = f"Table '{self.table.name}'"
        if self.cover:
            path = f"the search path finds the one of '{self.cover}' before it"
            return f"{subject} is in schema '{self.place.namespace}'; {path}."
        instead = "outside the search path"
        if self.table.namespace is not None:
            instead = f"not in '{self.table.namespace}'"
        return f"{subject} is in schema '{self.place.namespace}', {instead}."

    @property
    @override
    def hint(self) -> str:
        if self.cover:
            return f"Rename the one of '{self.cover}', or mend search_path."
        if self.table.namespace is not None:
            return "Move it into that schema, or change db_table and migrate."
        return (
            "Add the schema to search_path, or move the table into one that is in it."
        )

    @property
    @override
    def expected(self) -> str | None:
        if self.table.namespace is not None:
            return f"in schema '{self.table.namespace}'"
        return "in the search path"

    @property
    @override
    def actual(self) -> str | None:
        return str(self.place)
