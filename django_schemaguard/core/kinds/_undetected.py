"""What the kinds share that are not seen in a pair of schemas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Cause, Effect, Finding
from django_schemaguard.core.schema import Facet, Skip, TableRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs

SETTINGS = TableRef(None, "SCHEMAGUARD")


@dataclass(frozen=True, slots=True)
class Undetected(Finding):
    """A finding that comes from elsewhere: a failed connection, the settings."""

    facet: ClassVar[Facet] = Facet.TABLES

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        return iter(())

    @property
    @override
    def cause(self) -> Cause:
        return Cause.UNKNOWN


@dataclass(frozen=True, slots=True)
class SettingsFinding(Undetected):
    """A part of SCHEMAGUARD that does nothing, or not what it says.

    Attributes:
        place: Such as "IGNORE[0]".
        given: What stands there.
    """

    place: str
    given: str

    @property
    @override
    def effect(self) -> Effect:
        return Effect.NONE

    @property
    @override
    def object(self) -> str | None:
        return self.place

    @property
    @override
    def actual(self) -> str | None:
        return self.given
