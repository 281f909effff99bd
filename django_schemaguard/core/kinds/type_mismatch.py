"""SG105: a column of another type than the model's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Cause, Effect, Finding, Severity
from django_schemaguard.core.kinds._columns import ColumnDifference, column_pairs
from django_schemaguard.core.kinds._wording import otherwise, source
from django_schemaguard.core.schema import Column, Facet, Skip
from django_schemaguard.core.types import Fit, fit, is_integer, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs

_BY_FIT = {
    Fit.EQUIVALENT: (Severity.INFO, Effect.NONE),
    Fit.WIDER: (Severity.WARNING, Effect.WRONG_DATA),
    Fit.LOOSE: (Severity.WARNING, Effect.WRONG_RESULTS),
    Fit.NARROWER: (Severity.ERROR, Effect.VALUES_CUT),
    Fit.OTHER: (Severity.ERROR, Effect.SOME_QUERIES_FAIL),
}


def _accepts(expected: Column, actual: Column) -> bool:
    """Return whether the actual type is one that was asked for."""
    if not expected.type or expected.type == actual.type:
        return True
    if expected.any_integer:
        return is_integer(expected.type) and is_integer(actual.type)
    # A setting that says "varchar" means one of any length.
    wanted, found = parse(expected.type), parse(actual.type)
    declared = expected.stated is not None and not wanted.arguments
    return declared and (wanted.base, wanted.array) == (found.base, found.array)


@dataclass(frozen=True, slots=True)
class TypeMismatch(ColumnDifference):
    """A column has another type, length, precision or dimension than the model's.

    Why it matters:
        A narrower column rejects or cuts values that the model allows, and one of
        another family breaks comparisons, lookups and conversions: an error. A wider
        one, or one of the same family, accepts what the model forbids or sorts and
        compares otherwise: a warning. SQLite enforces no length and keeps values by
        affinity, so a spelling that changes nothing is info there.

    Fix:
        Alter the column's type by hand, or change the model and migrate. On MariaDB,
        a UUIDField from before Django 5.0 is char(32), into which the 36 characters
        that Django writes now do not fit; the release notes of
        Django 5.0 tell how to keep or convert it.
    """

    code: ClassVar[str] = "SG105"
    kind: ClassVar[str] = "type_mismatch"
    usual: ClassVar[Severity] = Severity.ERROR
    facet: ClassVar[Facet] = Facet.TYPES

    fit: Fit

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        vendor = pairs.actual.traits.vendor
        for pair, expected, actual in column_pairs(pairs, cls.facet):
            if not _accepts(expected, actual):
                found = fit(expected.type, actual.type, vendor)
                yield cls(pair.ref, expected, actual, found)

    @property
    @override
    def severity(self) -> Severity:
        return _BY_FIT[self.fit][0]

    @property
    @override
    def effect(self) -> Effect:
        if self._before_uuid():
            return Effect.WRITES_FAIL
        return _BY_FIT[self.fit][1]

    @property
    @override
    def message(self) -> str:
        needs = f"{source(self.table)} needs {self.expected_column.type}"
        return f"Column '{self.subject}' is {self.actual_column.type}; {needs}."

    @property
    @override
    def hint(self) -> str:
        if self._before_uuid():
            return (
                "Convert it as the release notes of Django 5.0 tell, or keep char(32)."
            )
        other = otherwise(self.table, "change the model")
        return f"Alter it to {self.expected_column.type}, or {other}."

    def _before_uuid(self) -> bool:
        """Return whether Django 4.2 or older made the column, on MariaDB."""
        return (self.expected, self.actual) == ("uuid", "char(32)")

    @property
    @override
    def cause(self) -> Cause:
        return Cause.UPGRADE_RESIDUE if self._before_uuid() else Cause.DRIFT

    @property
    @override
    def expected(self) -> str | None:
        return self.expected_column.type

    @property
    @override
    def actual(self) -> str | None:
        return self.actual_column.type
