"""Pair the expected schema with the actual one, table by table."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from django_schemaguard.core.coarse import as_seen
from django_schemaguard.core.dependents import primary_key_columns, without_consequences
from django_schemaguard.core.likeness import (
    CHECKS,
    EXCLUSIONS,
    FOREIGN_KEYS,
    INDEXES,
    UNIQUES,
    columns_in_order,
)
from django_schemaguard.core.matching import Rules, T, match
from django_schemaguard.core.opaque import join, set_apart
from django_schemaguard.core.pair_columns import ColumnPairs, pair_columns
from django_schemaguard.core.pairing import Matching, Pairs, TablePair
from django_schemaguard.core.places import Places
from django_schemaguard.core.redundant import (
    sort_indexes,
    sort_repeats,
    sort_uniques,
    take_made_unique,
)
from django_schemaguard.core.sameness import (
    repeats_foreign_key,
    same_check,
    same_exclusion,
)
from django_schemaguard.core.schema import (
    Check,
    ForeignKey,
    Index,
    PrimaryKey,
    RelationKind,
    Schema,
    Table,
    TableRef,
    Traits,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_REAL_TABLES = frozenset(
    {RelationKind.TABLE, RelationKind.PARTITIONED, RelationKind.UNLOGGED}
)


def pair_table(
    expected: Table, actual: Table, traits: Traits, nondeterministic: frozenset[str]
) -> TablePair:
    """Pair the columns, constraints and indexes of one table.

    A view or foreign table in the table's place keeps its column pairs only.
    """
    columns = pair_columns(expected, actual, traits.key)
    pair = partial(
        TablePair,
        expected=expected,
        actual=actual,
        columns=columns.same,
        renamed_columns=columns.renamed,
        missing_columns=columns.missing,
        extra_columns=columns.extra,
    )
    if actual.kind not in _REAL_TABLES or expected.partial:
        return pair()
    ours, theirs, opaque_checks, opaque_indexes = set_apart(
        as_seen(expected, traits), as_seen(actual, traits), traits
    )
    wanted = [i for i in ours.indexes if i.deterministic not in nondeterministic]
    indexes = _matched(wanted, theirs.indexes, INDEXES, columns, traits)
    uniques = _matched(ours.uniques, theirs.uniques, UNIQUES, columns, traits)
    keys = _matched(
        ours.foreign_keys, theirs.foreign_keys, FOREIGN_KEYS, columns, traits
    )
    exclusions = _matched(
        ours.exclusions, theirs.exclusions, EXCLUSIONS, columns, traits
    )
    uniques, harmless = sort_uniques(uniques, ours, theirs, traits)
    foreign_keys = sort_repeats(keys, repeats_foreign_key, traits)
    indexes, uniques = take_made_unique(indexes, uniques, harmless, traits)
    indexes = _without_left_behind(indexes, foreign_keys, traits)
    return pair(
        primary_keys=_primary_keys(ours, theirs, columns, traits.key),
        uniques=uniques,
        indexes=join(sort_indexes(indexes, theirs, uniques, traits), opaque_indexes),
        foreign_keys=foreign_keys,
        checks=join(_without_implied(ours, theirs, columns, traits), opaque_checks),
        exclusions=sort_repeats(exclusions, same_exclusion, traits),
    )


def _matched(
    ours: Iterable[T],
    theirs: Iterable[T],
    rules: Rules[T],
    columns: ColumnPairs,
    traits: Traits,
) -> Matching[T]:
    """Match what no missing, renamed or extra column explains."""
    return match(*without_consequences(ours, theirs, columns, traits), rules, traits)


def _without_left_behind(
    indexes: Matching[Index], foreign_keys: Matching[ForeignKey], traits: Traits
) -> Matching[Index]:
    """Take out the indexes that a foreign key which is gone left (InnoDB does)."""
    if traits.vendor != "mysql":
        return indexes
    left = {tuple(map(traits.key, key.columns)) for key in foreign_keys.missing}
    kept = (i for i in indexes.extra if columns_in_order(i.keys, traits) not in left)
    return replace(indexes, extra=tuple(kept))


def _without_implied(
    ours: Table, theirs: Table, columns: ColumnPairs, traits: Traits
) -> Matching[Check]:
    checks = _matched(ours.checks, theirs.checks, CHECKS, columns, traits)
    checks = sort_repeats(checks, same_check, traits)
    return replace(checks, extra=tuple(c for c in checks.extra if not c.implied))


def _primary_keys(
    ours: Table, theirs: Table, columns: ColumnPairs, fold: Callable[[str], str]
) -> tuple[PrimaryKey | None, PrimaryKey | None]:
    names = primary_key_columns(ours, columns, fold)
    if names is None:
        return (None, None)
    expected = ours.primary_key and replace(ours.primary_key, columns=names)
    return (expected, theirs.primary_key)


def _shape(table: Table) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((column.name, column.type) for column in table.columns))


def _renamed_tables(
    missing: list[Table], extra: list[Table]
) -> tuple[tuple[Table, Table], ...]:
    """Pair a missing and an extra table whose columns nobody else has."""
    lost = Counter(map(_shape, missing))
    found = Counter(map(_shape, extra))
    return tuple(
        (old, new)
        for old in missing
        for new in extra
        if _shape(old) == _shape(new) and lost[_shape(old)] == found[_shape(new)] == 1
    )


def pair(expected: Schema, actual: Schema) -> Pairs:
    """Pair two schemas of one server.

    Args:
        expected: Types and expressions already settled with the server's.
        actual: As the backend read it.
    """
    traits = actual.traits
    pairs: list[TablePair] = []
    hidden: list[Table] = []
    missing: list[Table] = []
    misplaced: list[tuple[Table, TableRef]] = []
    places = Places.of(expected, actual)
    used: set[int] = set()
    for table in expected:
        found = actual.table(table.name, table.namespace)
        place = places.of_misplaced(table)
        if place is not None:
            misplaced.append((table, place))
            used.update(id(it) for it in (found, places.at(place)) if it is not None)
        elif found is not None:
            used.add(id(found))
            if found.locked and not found.columns:
                hidden.append(found)
                continue
            pairs.append(pair_table(table, found, traits, actual.nondeterministic))
        else:
            missing.append(table)
    extra = [
        t for t in actual if id(t) not in used and _undeclared(t, expected, traits)
    ]
    renamed = _renamed_tables(missing, extra)
    return Pairs(
        expected=expected,
        actual=actual,
        tables=tuple(pairs),
        hidden=tuple(hidden),
        missing=tuple(t for t in missing if all(t is not old for old, _ in renamed)),
        renamed=renamed,
        misplaced=tuple(misplaced),
        extra=tuple(t for t in extra if all(t is not new for _, new in renamed)),
    )


def _undeclared(table: Table, expected: Schema, traits: Traits) -> bool:
    if table.kind not in _REAL_TABLES:
        return False
    return traits.table_key(table.name) not in expected.known
