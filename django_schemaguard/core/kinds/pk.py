"""SG201: a primary key that is missing or on other columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Effect, Finding, Severity
from django_schemaguard.core.kinds._wording import address
from django_schemaguard.core.schema import Facet, PrimaryKey, Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


@dataclass(frozen=True, slots=True)
class WrongPrimaryKey(Finding):
    """A table has no primary key, or one on other columns than the model's.

    Why it matters:
        Two rows may bear one key, so updates and deletes touch more than one row and
        foreign keys cannot refer to it: an error. Other order of the same columns is
        slower for some lookups: a warning. A CompositePrimaryKey that a migration
        adds to a table makes no key in the database, a documented limit of Django:
        a warning where the table has no key at all.

    Fix:
        ``auto_fix`` adds one where there is none. Rows of the same key have to be
        removed first; it counts and shows them. Replace another by hand.
    """

    code: ClassVar[str] = "SG201"
    kind: ClassVar[str] = "pk"
    usual: ClassVar[Severity] = Severity.ERROR
    facet: ClassVar[Facet] = Facet.PRIMARY_KEYS
    additive: ClassVar[bool] = True

    wanted: PrimaryKey
    found: PrimaryKey | None
    same_columns: bool

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        fold = pairs.actual.traits.key
        for pair in pairs.tables:
            wanted, found = pair.primary_keys
            if wanted is None:
                continue
            ours = [fold(name) for name in wanted.columns]
            theirs = [fold(name) for name in found.columns] if found else []
            if ours != theirs:
                yield cls(pair.ref, wanted, found, sorted(ours) == sorted(theirs))

    @property
    @override
    def severity(self) -> Severity:
        if self.same_columns or (self.found is None and len(self.wanted.columns) > 1):
            return Severity.WARNING
        return Severity.ERROR

    @property
    @override
    def effect(self) -> Effect:
        return Effect.SLOWER if self.same_columns else Effect.WRONG_DATA

    @property
    @override
    def message(self) -> str:
        needs = f"the model needs ({', '.join(self.wanted.columns)})"
        if self.found is None:
            return f"Table '{address(self.table)}' has no primary key; {needs}."
        found = ", ".join(self.found.columns)
        return f"The primary key of '{address(self.table)}' is ({found}); {needs}."

    @property
    @override
    def hint(self) -> str:
        if self.found is not None:
            return "Replace the primary key by hand, or change the model and migrate."
        return "Add the primary key by hand or with RunSQL, once no key stands twice."

    @property
    @override
    def expected(self) -> str | None:
        return self.wanted.definition

    @property
    @override
    def actual(self) -> str | None:
        return self.found.definition if self.found else None

    @property
    @override
    def fixable(self) -> bool:
        return self.found is None
