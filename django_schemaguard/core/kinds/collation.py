"""SG108: a column that sorts and compares by another collation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Cause, Effect, Finding, Left, Severity
from django_schemaguard.core.kinds._columns import ColumnDifference, column_pairs
from django_schemaguard.core.kinds._wording import source
from django_schemaguard.core.schema import Column, Facet, Skip
from django_schemaguard.core.types import is_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs, TablePair


def _fold(name: str) -> str:
    """Return a collation's name without the spellings that MariaDB takes for one."""
    name = name.lower()
    return f"utf8mb3_{name[5:]}" if name.startswith("utf8_") else name


def _same(expected: str, actual: str) -> bool:
    ours, theirs = _fold(expected), _fold(actual)
    # MariaDB 10.10 and later leave the character set out of UCA 14.0 names.
    short = ours.startswith("uca1400_") and theirs.endswith(f"_{ours}")
    return ours == theirs or short


def _agrees(pair: TablePair, expected: Column, actual: Column, vendor: str) -> bool:
    if expected.collation == actual.collation:
        return True
    if not is_text(actual.type) and is_text(expected.type):
        return True  # Another type altogether, which TypeMismatch reports.
    found = actual.collation or pair.actual.collation
    if expected.collation is None or found is None:
        return False
    if vendor == "postgresql":  # The one server whose names differ by case.
        return expected.collation == found
    return _same(expected.collation, found)


@dataclass(frozen=True, slots=True)
class Collation(ColumnDifference):
    """A column has another collation than the model's.

    Why it matters:
        Sorting, comparing and uniqueness follow the collation, so ordered queries,
        lookups and unique constraints may give other results. On MariaDB, Django's
        own changes of type and nullability lose ``db_collation``: info there.

    Fix:
        Alter the column's collation by hand, or change ``db_collation`` and migrate.
    """

    code: ClassVar[str] = "SG108"
    kind: ClassVar[str] = "collation"
    usual: ClassVar[Severity] = Severity.WARNING
    facet: ClassVar[Facet] = Facet.COLLATIONS

    lost_by_django: bool = False

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        vendor = pairs.actual.traits.vendor
        for pair, expected, actual in column_pairs(pairs, cls.facet):
            if not _agrees(pair, expected, actual, vendor):
                lost = vendor == "mysql" and actual.collation is None
                yield cls(pair.ref, expected, actual, lost)

    @property
    @override
    def severity(self) -> Severity:
        return Severity.INFO if self.lost_by_django else Severity.WARNING

    @property
    @override
    def effect(self) -> Effect:
        return Effect.NONE if self.lost_by_django else Effect.WRONG_RESULTS

    @property
    @override
    def message(self) -> str:
        there, needs = self.actual_column.collation, self.expected_column.collation
        found = f"collation {there}" if there else "the default collation"
        if not (there and needs):
            needs = f"collation {needs}" if needs else "the default collation"
        return (
            f"Column '{self.subject}' has {found}; {source(self.table)} needs {needs}."
        )

    @property
    @override
    def hint(self) -> str:
        return "Alter the column's collation, or change db_collation and migrate."

    @property
    @override
    def expected(self) -> str | None:
        return self.expected_column.collation or "the default collation"

    @property
    @override
    def actual(self) -> str | None:
        return self.actual_column.collation

    @property
    @override
    def cause(self) -> Cause:
        return Cause.UPGRADE_RESIDUE if self.lost_by_django else Cause.DRIFT

    @property
    @override
    def left(self) -> Left | None:
        return Left.BY_ALTERING if self.lost_by_django else None

    @override
    def as_drift(self) -> Finding:
        return replace(self, lost_by_django=False)
