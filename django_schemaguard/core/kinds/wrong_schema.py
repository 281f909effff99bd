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
    """A table stands in a schema that the connection does not look into.

    Why it matters:
        Every query on the model fails, since the server finds no table by the bare
        name, though the rows are there.

    Fix:
        Set ``search_path`` for the connection or role, or move the table.
    """

    code: ClassVar[str] = "SG113"
    kind: ClassVar[str] = "wrong_schema"
    usual: ClassVar[Severity] = Severity.ERROR
    facet: ClassVar[Facet] = Facet.NAMESPACES

    place: TableRef

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        for table, place in pairs.misplaced:
            # Of a schema that is in the path and may not be used, Privilege tells.
            if place.namespace not in pairs.actual.session.closed:
                yield cls(table.ref, place)

    @property
    @override
    def effect(self) -> Effect:
        return Effect.QUERIES_FAIL

    @property
    @override
    def message(self) -> str:
        place = f"in schema '{self.place.namespace}', outside the search path"
        return f"Table '{self.table.name}' is {place}."

    @property
    @override
    def hint(self) -> str:
        return (
            "Add the schema to search_path, or move the table into one that is in it."
        )

    @property
    @override
    def expected(self) -> str | None:
        return "in the search path"

    @property
    @override
    def actual(self) -> str | None:
        return str(self.place)
