"""SG207: a foreign key with another ON DELETE or ON UPDATE."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Effect, Finding, Severity
from django_schemaguard.core.kinds._objects import ForeignKeyDifference, foreign_keys
from django_schemaguard.core.kinds._wording import address
from django_schemaguard.core.schema import Facet, ForeignKey, Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs

_REFUSALS = {"NO ACTION", "RESTRICT"}

# How a model asks for it; for RESTRICT none does.
_OPTIONS = {
    "NO ACTION": "one of Python's",
    "CASCADE": "DB_CASCADE (Django 6.1)",
    "SET NULL": "DB_SET_NULL (Django 6.1)",
    "SET DEFAULT": "DB_SET_DEFAULT (Django 6.1)",
}


def _actions(key: ForeignKey, vendor: str) -> tuple[str, str]:
    """Return what the key does on DELETE and on UPDATE."""
    if vendor != "mysql":
        return key.on_delete, key.on_update
    # InnoDB checks at once, so both words mean the same there.
    return _refusing(key.on_delete), _refusing(key.on_update)


def _refusing(action: str) -> str:
    return "NO ACTION" if action in _REFUSALS else action


@dataclass(frozen=True, slots=True)
class ForeignKeyAction(ForeignKeyDifference):
    """A foreign key does something else on DELETE or UPDATE than the model's.

    Why it matters:
        Deleting an object deletes, empties or keeps other rows than the model says,
        without signals: an error. RESTRICT in place of NO ACTION is only checked
        earlier, and ON UPDATE concerns changed keys alone: a warning. Django's
        ``on_delete=CASCADE`` is done in Python and is NO ACTION in the database;
        ``DB_CASCADE`` and its like (Django 6.1) are the database's.

    Fix:
        Drop the foreign key and add it as its migration does, or set ``on_delete`` to
        what the database does and migrate: only Django 6.1 can, by ``DB_CASCADE``.
    """

    code: ClassVar[str] = "SG207"
    kind: ClassVar[str] = "fk_on_delete"
    usual: ClassVar[Severity] = Severity.ERROR
    facet: ClassVar[Facet] = Facet.FOREIGN_KEY_ACTIONS

    vendor: str

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        vendor = pairs.actual.traits.vendor
        for pair, expected, actual in foreign_keys(pairs):
            if _actions(expected, vendor) != _actions(actual, vendor):
                yield cls(pair.ref, expected, actual, vendor)

    @property
    def _deletes(self) -> tuple[str, str]:
        wanted, _ = _actions(self.expected_key, self.vendor)
        found, _ = _actions(self.actual_key, self.vendor)
        return wanted, found

    @property
    @override
    def severity(self) -> Severity:
        wanted, found = self._deletes
        harmless = wanted == found or {wanted, found} == _REFUSALS
        return Severity.WARNING if harmless else Severity.ERROR

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
        replace = "Replace it as its migration made it"
        wanted, found = self._deletes
        if wanted != found and found in _OPTIONS:
            return f"{replace}, or set on_delete to {_OPTIONS[found]} and migrate."
        return f"{replace}."

    @property
    @override
    def expected(self) -> str | None:
        return self._phrase(self.expected_key)

    @property
    @override
    def actual(self) -> str | None:
        return self._phrase(self.actual_key)

    def _phrase(self, key: ForeignKey) -> str:
        wanted, found = self._deletes
        if wanted != found:
            return f"ON DELETE {key.on_delete}"
        return f"ON UPDATE {key.on_update}"
