"""How constraints and indexes of each class are recognised again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.core.matching import Rules
from django_schemaguard.core.sameness import (
    plain_column,
    same_check,
    same_exclusion,
    same_foreign_key,
    same_index,
    same_unique,
)

if TYPE_CHECKING:
    from django_schemaguard.core.schema import (
        Check,
        Exclusion,
        ForeignKey,
        Index,
        Key,
        Traits,
        Unique,
    )


def columns_in_order(keys: tuple[Key, ...], traits: Traits) -> tuple[str, ...] | None:
    """Return the folded names of the key columns; None if one is an expression."""
    names = [plain_column(key) for key in keys]
    if any(name is None for name in names):
        return None
    return tuple(traits.key(name) for name in names if name is not None)


def _kin_foreign_key(expected: ForeignKey, actual: ForeignKey, traits: Traits) -> bool:
    ours = sorted(map(traits.key, expected.columns))
    return ours == sorted(map(traits.key, actual.columns))


def _kin_unique(expected: Unique, actual: Unique, traits: Traits) -> bool:
    ours = columns_in_order(expected.keys, traits)
    theirs = columns_in_order(actual.keys, traits)
    return ours is not None and theirs is not None and sorted(ours) == sorted(theirs)


def _kin_index(expected: Index, actual: Index, traits: Traits) -> bool:
    ours = columns_in_order(expected.keys, traits)
    return ours is not None and ours == columns_in_order(actual.keys, traits)


def _no_kin(
    expected: Check | Exclusion, actual: Check | Exclusion, traits: Traits
) -> bool:
    del expected, actual, traits
    return False


FOREIGN_KEYS: Rules[ForeignKey] = Rules(same_foreign_key, _kin_foreign_key)
UNIQUES: Rules[Unique] = Rules(same_unique, _kin_unique)
CHECKS: Rules[Check] = Rules(same_check, _no_kin)
EXCLUSIONS: Rules[Exclusion] = Rules(same_exclusion, _no_kin)
INDEXES: Rules[Index] = Rules(same_index, _kin_index)
