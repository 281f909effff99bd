"""Whether two objects have the same structure, whatever their names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from django_schemaguard.core.expression import Unknown, normal_text, same_expression

if TYPE_CHECKING:
    from django_schemaguard.core.schema import (
        Check,
        Exclusion,
        ForeignKey,
        Index,
        Key,
        TableRef,
        Traits,
        Unique,
    )

T = TypeVar("T", "Unique", "Exclusion", "Index")
Answer: TypeAlias = bool | Unknown
Fold: TypeAlias = Callable[[str], str]


def every(answers: Iterable[Answer]) -> Answer:
    """Return False if any is, else the first Unknown, else True."""
    unknown: Unknown | None = None
    for answer in answers:
        if answer is False:
            return False
        if isinstance(answer, Unknown):
            unknown = unknown or answer
    return unknown or True


def plain_column(key: Key) -> str | None:
    """Return the column of a key, also where it is written as an expression."""
    if key.column is not None or key.expression is None:
        return key.column
    text = normal_text(key.expression.sql)
    if text[:1] == text[-1:] and text[:1] in {'"', "`"}:
        return text[1:-1].replace(text[0] * 2, text[0])
    return text if text.isidentifier() else None


def _same_key_target(expected: Key, actual: Key, fold: Fold) -> Answer:
    ours, theirs = plain_column(expected), plain_column(actual)
    if ours is not None and theirs is not None:
        return fold(ours) == fold(theirs)
    if (ours is None) != (theirs is None):
        return False
    return same_expression(expected.expression, actual.expression)


def _same_opclass(expected: Key, actual: Key) -> bool:
    if expected.opclass == actual.opclass:
        return True
    return actual.opclass is None and expected.opclass == actual.default_opclass


def same_key(expected: Key, actual: Key, fold: Fold) -> Answer:
    """Compare two keys, order and operator class included."""
    return (
        expected.descending == actual.descending
        and expected.nulls_first == actual.nulls_first
        and _same_opclass(expected, actual)
        and expected.collation == actual.collation
        and expected.operator == actual.operator
        and expected.length == actual.length
        and _same_key_target(expected, actual, fold)
    )


def same_keys(expected: tuple[Key, ...], actual: tuple[Key, ...], fold: Fold) -> Answer:
    """Compare keys in order."""
    if len(expected) != len(actual):
        return False
    return every(same_key(e, a, fold) for e, a in zip(expected, actual, strict=True))


def _same_names(expected: tuple[str, ...], actual: tuple[str, ...], fold: Fold) -> bool:
    return expected == actual or list(map(fold, expected)) == list(map(fold, actual))


def same_foreign_key(
    expected: ForeignKey, actual: ForeignKey, traits: Traits
) -> Answer:
    """Compare columns and target; actions, deferral and state are other facts."""
    return (
        _same_names(expected.columns, actual.columns, traits.key)
        and _same_names(expected.target_columns, actual.target_columns, traits.key)
        and _same_namespace(expected.target, actual.target)
        and traits.table_key(expected.target.name)
        == traits.table_key(actual.target.name)
    )


def repeats_foreign_key(one: ForeignKey, other: ForeignKey, traits: Traits) -> Answer:
    """Compare two foreign keys of one table, and what they do."""
    return (
        (one.on_delete, one.on_update, one.deferral)
        == (other.on_delete, other.on_update, other.deferral)
    ) and same_foreign_key(one, other, traits)


def _same_namespace(expected: TableRef, actual: TableRef) -> bool:
    """Return whether both may be in one namespace; None is the visible one."""
    return expected.namespace == actual.namespace or (
        expected.namespace is not None and actual.namespace is None
    )


def _same_content(expected: T, actual: T, traits: Traits) -> Answer:
    """Compare what an index holds, and of which rows."""
    return _same_names(expected.include, actual.include, traits.key) and every(
        (
            same_keys(expected.keys, actual.keys, traits.key),
            same_expression(expected.condition, actual.condition),
        )
    )


def same_unique(expected: Unique, actual: Unique, traits: Traits) -> Answer:
    """Compare which rows two uniques reject, when, and what becomes of those.

    Storage parameters are the administrator's business.
    """
    return (
        expected.nulls_distinct == actual.nulls_distinct
        and expected.deferral is actual.deferral
        and expected.method == actual.method
        and _on_conflict(expected) == _on_conflict(actual)
        and _same_content(expected, actual, traits)
    )


def _on_conflict(unique: Unique) -> tuple[str, ...]:
    return tuple(word for word in unique.options if word.startswith("on_conflict="))


def same_check(expected: Check, actual: Check, traits: Traits) -> Answer:
    """Compare two conditions."""
    del traits
    return same_expression(expected.expression, actual.expression)


def same_exclusion(expected: Exclusion, actual: Exclusion, traits: Traits) -> Answer:
    """Compare two exclusions, operators included."""
    return (
        expected.method == actual.method
        and expected.deferral is actual.deferral
        and _same_content(expected, actual, traits)
    )


def same_index(expected: Index, actual: Index, traits: Traits) -> Answer:
    """Compare two indexes, method and storage parameters included."""
    return (
        expected.method == actual.method
        and expected.options == actual.options
        and _same_content(expected, actual, traits)
    )
