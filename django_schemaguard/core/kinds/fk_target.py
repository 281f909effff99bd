"""SG206: a foreign key that refers to another table or column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Effect, Finding, Severity
from django_schemaguard.core.kinds._objects import ForeignKeyDifference, foreign_keys
from django_schemaguard.core.kinds._wording import address
from django_schemaguard.core.schema import Facet, ForeignKey, Skip, TableRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


def _target(key: ForeignKey) -> str:
    return f"{address(key.target)} ({', '.join(key.target_columns)})"


def _same_table(expected: TableRef, actual: TableRef, pairs: Pairs) -> bool:
    """Return whether both are one table, also one that was renamed or moved."""
    fold = pairs.actual.traits.table_key
    names = {fold(old.name): fold(new.name) for old, new in pairs.renamed}
    places = {fold(old.name): place.namespace for old, place in pairs.misplaced}
    key = fold(expected.name)
    if names.get(key, key) != fold(actual.name):
        return False
    namespace = places.get(key) or expected.namespace
    if namespace is None or actual.namespace is not None:
        return namespace == actual.namespace
    found = pairs.actual.table(actual.name)
    return found is not None and found.namespace == namespace


def _columns(expected: ForeignKey, pairs: Pairs) -> tuple[str, ...]:
    """Return the expected target columns as they are now named."""
    fold = pairs.actual.traits.table_key
    names = {
        old.name: new.name
        for pair in pairs.tables
        if fold(pair.expected.name) == fold(expected.target.name)
        for old, new in pair.renamed_columns
    }
    return tuple(names.get(name, name) for name in expected.target_columns)


def _same_target(expected: ForeignKey, actual: ForeignKey, pairs: Pairs) -> bool:
    if expected.target != actual.target and not _same_table(
        expected.target, actual.target, pairs
    ):
        return False
    if expected.target_columns == actual.target_columns:
        return True
    fold = pairs.actual.traits.key
    wanted = map(fold, _columns(expected, pairs))
    return tuple(wanted) == tuple(map(fold, actual.target_columns))


@dataclass(frozen=True, slots=True)
class ForeignKeyTarget(ForeignKeyDifference):
    """A foreign key refers to another table or column than the model's.

    Why it matters:
        Saving a row that refers to an object which Django knows fails, and rows that
        refer to nothing get in.

    Fix:
        Drop the foreign key and add it as its migration does.
    """

    code: ClassVar[str] = "SG206"
    kind: ClassVar[str] = "fk_target"
    usual: ClassVar[Severity] = Severity.ERROR
    facet: ClassVar[Facet] = Facet.FOREIGN_KEYS

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        for pair, expected, actual in foreign_keys(pairs):
            if not _same_target(expected, actual, pairs):
                yield cls(pair.ref, expected, actual)

    @property
    @override
    def effect(self) -> Effect:
        return Effect.WRITES_FAIL

    @property
    @override
    def message(self) -> str:
        key = f"Foreign key ({', '.join(self.actual_key.columns)}) of"
        needs = f"the model needs {_target(self.expected_key)}"
        found = _target(self.actual_key)
        return f"{key} '{address(self.table)}' refers to {found}; {needs}."

    @property
    @override
    def hint(self) -> str:
        return "Drop the foreign key and add it as its migration made it."

    @property
    @override
    def expected(self) -> str | None:
        return self.expected_key.definition

    @property
    @override
    def actual(self) -> str | None:
        return self.actual_key.definition
