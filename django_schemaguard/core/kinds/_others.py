"""What the findings about triggers, functions, views and the like have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Effect, Finding
from django_schemaguard.core.schema import Facet, OtherObject, TableRef

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_schemaguard.core.pairing import Pairs

Address = tuple[str, str | None, str]


def others(pairs: Pairs) -> tuple[Mapping[Address, OtherObject], ...]:
    """Return what is expected and what is there; nothing where one was not read."""
    expected, actual = pairs.expected.objects, pairs.actual.objects
    if expected is None or actual is None:
        return {}, {}
    return (
        {(it.label, it.table, it.name): it for it in expected},
        {(it.label, it.table, it.name): it for it in actual},
    )


def place(thing: OtherObject) -> TableRef:
    """Return where a finding about it is listed."""
    return TableRef(None, thing.table or thing.name)


@dataclass(frozen=True, slots=True)
class OtherDifference(Finding):
    """A finding about one of these objects."""

    facet: ClassVar[Facet] = Facet.TABLES

    thing: OtherObject

    @property
    @override
    def effect(self) -> Effect:
        return Effect.LOCAL

    @property
    @override
    def object(self) -> str | None:
        return f"{self.thing.label} {self.thing.name}"
