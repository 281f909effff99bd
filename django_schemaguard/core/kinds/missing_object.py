"""SG408: a trigger, function, view or the like that another database has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Finding, Severity
from django_schemaguard.core.kinds._others import OtherDifference, others, place
from django_schemaguard.core.schema import Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


@dataclass(frozen=True, slots=True)
class MissingObject(OtherDifference):
    """A trigger, function, view, policy, grant, enum type or extension is missing.

    Why it matters:
        Rows may be written without what the trigger did, or read without what the
        policy hid. ``diff`` compares two databases in this, and ``validate`` one with
        the snapshot that ``OBJECTS`` names; models tell nothing of it.

    Fix:
        Make it as it is in the other database, by a migration with ``RunSQL``.
    """

    code: ClassVar[str] = "SG408"
    kind: ClassVar[str] = "missing_object"
    usual: ClassVar[Severity] = Severity.WARNING

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        expected, actual = others(pairs)
        for address, thing in expected.items():
            if address not in actual:
                yield cls(place(thing), thing)

    @property
    @override
    def message(self) -> str:
        return f"{self.thing.title} is missing."

    @property
    @override
    def hint(self) -> str:
        return "Make it by a migration with RunSQL."

    @property
    @override
    def expected(self) -> str | None:
        return self.thing.definition
