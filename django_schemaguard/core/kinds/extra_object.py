"""SG409: a trigger, function, view or the like that another database lacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Cause, Finding, Severity
from django_schemaguard.core.kinds._others import OtherDifference, others, place
from django_schemaguard.core.schema import Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


@dataclass(frozen=True, slots=True)
class ExtraObject(OtherDifference):
    """A trigger, function, view, policy, grant, enum type or extension is there beside.

    Why it matters:
        What one environment does and the other does not is missed by its tests.
        ``diff`` compares two databases in this, and ``validate`` one with the
        snapshot that ``OBJECTS`` names; models tell nothing of it.

    Fix:
        Drop it, or make it in the other database, too, by a migration with
        ``RunSQL``.
    """

    code: ClassVar[str] = "SG409"
    kind: ClassVar[str] = "extra_object"
    usual: ClassVar[Severity] = Severity.INFO

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        expected, actual = others(pairs)
        for address, thing in actual.items():
            if address not in expected:
                yield cls(place(thing), thing)

    @property
    @override
    def message(self) -> str:
        return f"{self.thing.title} is not in the model."

    @property
    @override
    def hint(self) -> str:
        return "Drop it, or make it in the other database, too."

    @property
    @override
    def actual(self) -> str | None:
        return self.thing.definition

    @property
    @override
    def cause(self) -> Cause:
        return Cause.UNDECLARED
