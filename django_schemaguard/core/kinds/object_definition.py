"""SG410: a trigger, function, view or the like that is defined otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Finding, Severity
from django_schemaguard.core.kinds._others import OtherDifference, others, place
from django_schemaguard.core.schema import OtherObject, Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs

_SHORT = 60  # Characters of both definitions that a message has room for.


@dataclass(frozen=True, slots=True)
class ObjectDefinition(OtherDifference):
    """A trigger, function, view, policy, grant, enum type or extension differs.

    Why it matters:
        The same query or write does other things in the two databases. Of an
        extension, the version is compared; of a grant, the privileges.

    Fix:
        Replace it by a migration with ``RunSQL``, so that both have the same.
    """

    code: ClassVar[str] = "SG410"
    kind: ClassVar[str] = "object_definition"
    usual: ClassVar[Severity] = Severity.WARNING

    wanted: OtherObject

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        expected, actual = others(pairs)
        for address, thing in actual.items():
            wanted = expected.get(address)
            if wanted is not None and wanted.definition != thing.definition:
                yield cls(place(thing), thing, wanted)

    @property
    @override
    def message(self) -> str:
        found, wanted = self.thing.definition, self.wanted.definition
        if len(found) + len(wanted) > _SHORT or "\n" in found + wanted:
            return f"{self.thing.title} is defined otherwise than in the model."
        return f"{self.thing.title} is {found}; the model needs {wanted}."

    @property
    @override
    def hint(self) -> str:
        return "Replace it by a migration with RunSQL."

    @property
    @override
    def expected(self) -> str | None:
        return self.wanted.definition

    @property
    @override
    def actual(self) -> str | None:
        return self.thing.definition
