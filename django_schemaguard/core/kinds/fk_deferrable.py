"""SG208: a foreign key that is checked at another time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Effect, Finding, Severity
from django_schemaguard.core.kinds._objects import ForeignKeyDifference, foreign_keys
from django_schemaguard.core.kinds._wording import address
from django_schemaguard.core.schema import Facet, Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


@dataclass(frozen=True, slots=True)
class ForeignKeyDeferral(ForeignKeyDifference):
    """A foreign key is checked at another time than the model's.

    Why it matters:
        Django makes foreign keys DEFERRABLE INITIALLY DEFERRED, where the server can.
        One that is checked at once breaks code that saves rows before those which
        they refer to, such as loaddata, or deletes them in that order.

    Fix:
        Alter the constraint's deferral by hand.
    """

    code: ClassVar[str] = "SG208"
    kind: ClassVar[str] = "fk_deferrable"
    usual: ClassVar[Severity] = Severity.WARNING
    facet: ClassVar[Facet] = Facet.DEFERRABLE

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        for pair, expected, actual in foreign_keys(pairs):
            if cls.facet in pair.actual.unseen:
                continue
            if expected.deferral is not actual.deferral:
                yield cls(pair.ref, expected, actual)

    @property
    @override
    def effect(self) -> Effect:
        return Effect.LOCAL

    @property
    @override
    def message(self) -> str:
        key = f"Foreign key ({', '.join(self.actual_key.columns)}) of"
        needs = f"the model needs {self.expected}"
        return f"{key} '{address(self.table)}' is {self.actual}; {needs}."

    @property
    @override
    def hint(self) -> str:
        return f"Alter the foreign key to be {self.expected}."

    @property
    @override
    def expected(self) -> str | None:
        return str(self.expected_key.deferral)

    @property
    @override
    def actual(self) -> str | None:
        return str(self.actual_key.deferral)
