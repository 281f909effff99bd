"""Constraints and indexes that repeat another one, or reject nothing new."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django_schemaguard.core.matching import T
from django_schemaguard.core.sameness import same_index, same_keys, same_unique
from django_schemaguard.core.schema import (
    Absence,
    Facet,
    Index,
    Key,
    PrimaryKey,
    Table,
    Traits,
    Unique,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from django_schemaguard.core.pairing import Matching
    from django_schemaguard.core.sameness import Answer


def _as_unique(primary_key: PrimaryKey) -> Unique:
    return Unique(primary_key.name, tuple(Key(name) for name in primary_key.columns))


def _as_index(unique: Unique) -> Index:
    return Index(
        name=unique.name,
        keys=unique.keys,
        method=unique.method,
        condition=unique.condition,
        include=unique.include,
        options=unique.options,
        valid=unique.valid,
        ignored=unique.ignored,
    )


def _standing(table: Table) -> list[Unique]:
    primary_key = table.primary_key
    return [
        *([_as_unique(primary_key)] if primary_key else []),
        *(unique for unique in table.uniques if unique.valid),
    ]


def _still_missing(
    uniques: Iterable[Unique], table: Table, traits: Traits
) -> Iterator[Unique]:
    """Yield the uniques whose work no other unique, nor the key, does.

    PostgreSQL merges equal UNIQUE and PRIMARY KEY clauses of one CREATE TABLE and
    keeps one name. Where both were named, the one lost cannot be dropped by a
    later migration: it is yielded as left out by Django.
    """
    standing = _standing(table)
    for unique in uniques:
        twins = [it for it in standing if same_unique(unique, it, traits) is True]
        if not twins:
            yield unique
        elif unique.named and all(twin.name != unique.name for twin in twins):
            yield replace(unique, absence=Absence.ARTEFACT)


def _rejects_nothing_new(unique: Unique, kept: Unique, traits: Traits) -> bool:
    """Return whether `kept` is unique on some of the columns of `unique` already."""
    if kept.condition or not kept.valid or not unique.nulls_distinct:
        return False
    columns = {traits.key(key.column) for key in kept.keys if key.column}
    ours = {traits.key(key.column) for key in unique.keys if key.column}
    return len(columns) == len(kept.keys) and columns <= ours


def sort_repeats(
    matching: Matching[T], repeats: Callable[[T, T, Traits], Answer], traits: Traits
) -> Matching[T]:
    """Return the matching with extras that repeat what is kept among its duplicates."""
    if not matching.extra:
        return matching
    kept: list[T] = [each[1] for each in matching.same + matching.changed]
    duplicates: list[tuple[T, T]] = []
    extra: list[T] = []
    for thing in matching.extra:
        twins = [twin for twin in kept if repeats(twin, thing, traits) is True]
        if twins:
            duplicates.append((thing, twins[0]))
        else:
            extra.append(thing)
    return replace(matching, extra=tuple(extra), duplicates=tuple(duplicates))


def sort_uniques(
    matching: Matching[Unique], expected: Table, actual: Table, traits: Traits
) -> tuple[Matching[Unique], tuple[Index, ...]]:
    """Return the matching with satisfied and repeated uniques sorted out.

    Also returns, as plain indexes, the extra uniques that reject no row which a
    narrower unique would not reject already.
    """
    if not (matching.missing or matching.extra):
        return matching, ()
    missing = tuple(_still_missing(matching.missing, actual, traits))
    duplicates: list[tuple[Unique, Unique]] = []
    extra: list[Unique] = []
    harmless: list[Index] = []
    kept = _standing(replace(actual, uniques=tuple(_kept(matching))))
    for unique in matching.extra:
        if _stands_for_the_key(unique, expected, actual, traits):
            continue
        twin = next((k for k in kept if same_unique(k, unique, traits) is True), None)
        if twin is not None:
            duplicates.append((unique, twin))
            continue
        if any(_rejects_nothing_new(unique, other, traits) for other in kept):
            harmless.append(_as_index(unique))
            continue
        extra.append(unique)
        kept.append(unique)
    sorted_out = replace(
        matching, missing=missing, extra=tuple(extra), duplicates=tuple(duplicates)
    )
    return sorted_out, tuple(harmless)


def _stands_for_the_key(
    unique: Unique, expected: Table, actual: Table, traits: Traits
) -> bool:
    """Return whether it is on the columns of a primary key that is reported missing."""
    if expected.primary_key is None or actual.primary_key is not None:
        return False
    key = _as_unique(expected.primary_key)
    same = same_keys(key.keys, unique.keys, traits.key)
    return same is True and unique.condition is None


def _kept(matching: Matching[Unique]) -> Iterable[Unique]:
    yield from (actual for _, actual in (*matching.same, *matching.changed))
    yield from (undecided.actual for undecided in matching.undecided)


def sort_indexes(
    matching: Matching[Index], actual: Table, uniques: Matching[Unique], traits: Traits
) -> Matching[Index]:
    """Return the matching without indexes that a unique explains; twins named."""
    if not (matching.missing or matching.extra):
        return matching
    standing = _standing(actual)
    lost = {traits.key(unique.name) for unique in uniques.missing}
    reported = {index.name for index in matching.extra}
    kept = [a for _, a in (*matching.same, *matching.changed)]
    kept += [_as_index(unique) for unique in standing if unique.name not in reported]
    duplicates: list[tuple[Index, Index]] = []
    extra: list[Index] = []
    for index in matching.extra:
        if index.implied or _was_unique(index, lost, uniques, traits):
            continue
        twin = next((k for k in kept if same_index(k, index, traits) is True), None)
        if twin is not None and index.valid:
            duplicates.append((index, twin))
        else:
            extra.append(index)
            kept.append(index)
    missing = tuple(
        index
        for index in matching.missing
        if not any(same_index(index, _as_index(u), traits) is True for u in standing)
        and not _may_be_left_to_another(index, actual, traits)
    )
    return replace(
        matching, missing=missing, extra=tuple(extra), duplicates=tuple(duplicates)
    )


def _may_be_left_to_another(index: Index, actual: Table, traits: Traits) -> bool:
    """Return whether a longer index does its work, on a server nobody knows.

    Some make no second index on the first columns of another, as InnoDB does.
    """
    if Facet.INDEX_DETAILS in traits.sees:
        return False
    ours = [traits.key(key.column or "") for key in index.keys]
    others: tuple[Unique | Index, ...] = (*actual.indexes, *_standing(actual))
    return any(
        [traits.key(key.column or "") for key in it.keys[: len(ours)]] == ours
        for it in others
    )


def take_made_unique(
    indexes: Matching[Index],
    uniques: Matching[Unique],
    harmless: tuple[Index, ...],
    traits: Traits,
) -> tuple[Matching[Index], Matching[Unique]]:
    """Return both matchings with the plain indexes that were made unique paired.

    Where that rejects nothing new (`harmless`) the index is as good as before.
    """
    missing = list(indexes.missing)
    changed: list[tuple[Index, Index]] = []
    same: list[tuple[Index, Index]] = []
    kept: list[Unique] = []

    def plain_one(index: Index) -> Index | None:
        found = (it for it in missing if same_index(it, index, traits) is True)
        return next(found, None)

    for unique in uniques.extra:
        plain = plain_one(index := _as_index(unique))
        if plain is None or not unique.valid:
            kept.append(unique)
        else:
            missing.remove(plain)
            changed.append((plain, replace(index, unique=True)))
    for index in harmless:
        plain = plain_one(index)
        if plain is not None:
            missing.remove(plain)
            same.append((plain, index))
    taken = {id(index) for _, index in same}
    return (
        replace(
            indexes,
            missing=tuple(missing),
            same=(*indexes.same, *same),
            changed=(*indexes.changed, *changed),
            extra=(*indexes.extra, *(it for it in harmless if id(it) not in taken)),
        ),
        replace(uniques, extra=tuple(kept)),
    )


def _was_unique(
    index: Index, lost: set[str], uniques: Matching[Unique], traits: Traits
) -> bool:
    """Return whether the index stands where a unique one is reported missing."""
    if traits.key(index.name) in lost:
        return True
    return any(
        same_keys(unique.keys, index.keys, traits.key) is True
        for unique in uniques.missing
    )
