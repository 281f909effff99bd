"""Match the constraints and indexes of one table: structure first, then names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from django_schemaguard.core.expression import Unknown
from django_schemaguard.core.pairing import Matching, Undecided
from django_schemaguard.core.schema import (
    Check,
    Exclusion,
    ForeignKey,
    Index,
    Traits,
    Unique,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django_schemaguard.core.sameness import Answer

T = TypeVar("T", ForeignKey, Unique, Check, Exclusion, Index)


@dataclass(frozen=True, slots=True)
class Rules(Generic[T]):
    """How objects of one class are recognised.

    Attributes:
        same: Whether two have the same structure.
        kin: Whether two are one object that was changed, though neither
            structure nor name is the same.
    """

    same: Callable[[T, T, Traits], Answer]
    kin: Callable[[T, T, Traits], bool]


@dataclass(slots=True)
class _Work(Generic[T]):
    """What is matched so far and what is left; lives for one call of `match`."""

    traits: Traits
    rules: Rules[T]
    expected: list[T]
    actual: list[T]
    same: list[tuple[T, T]] = field(default_factory=list)
    changed: list[tuple[T, T]] = field(default_factory=list)
    undecided: list[Undecided[T]] = field(default_factory=list)

    def pair_equals(self) -> None:
        """Pair what has one structure, preferring the same name."""
        if not (self.expected and self.actual):
            return
        by_name = {self.traits.key(a.name): a for a in self.actual}
        for expected in tuple(self.expected):
            actual = by_name.get(self.traits.key(expected.name))
            if actual is not None and self._is_same(expected, actual):
                self._take(expected, actual, self.same)
        for expected in sorted(self.expected, key=_unnamed):
            for actual in self.actual:
                if self._is_same(expected, actual):
                    self._take(expected, actual, self.same)
                    break

    def pair_changed(self, related: Callable[[T, T], bool]) -> None:
        """Pair what is one object of two structures."""
        for expected in tuple(self.expected):
            for actual in self.actual:
                if related(expected, actual):
                    self._settle_changed(expected, actual)
                    break

    def of_one_name(self, expected: T, actual: T) -> bool:
        """Return whether both bear one name that is not empty."""
        name = self.traits.key(expected.name)
        return bool(name) and name == self.traits.key(actual.name)

    def kin(self, expected: T, actual: T) -> bool:
        """Return whether an unnamed expected object was changed into this one."""
        return bool(_unnamed(expected)) and self.rules.kin(
            expected, actual, self.traits
        )

    def _is_same(self, expected: T, actual: T) -> bool:
        return self.rules.same(expected, actual, self.traits) is True

    def _settle_changed(self, expected: T, actual: T) -> None:
        answer = self.rules.same(expected, actual, self.traits)
        if isinstance(answer, Unknown):
            self._drop(expected, actual)
            self.undecided.append(Undecided(expected, actual, answer.reason))
        else:
            self._take(expected, actual, self.changed)

    def _take(self, expected: T, actual: T, into: list[tuple[T, T]]) -> None:
        self._drop(expected, actual)
        into.append((expected, actual))

    def _drop(self, expected: T, actual: T) -> None:
        _remove(self.expected, expected)
        _remove(self.actual, actual)


def _unnamed(thing: T) -> bool:
    return not getattr(thing, "named", False)


def _remove(things: list[T], thing: T) -> None:
    """Remove this very object; equal ones stay."""
    for position, other in enumerate(things):
        if other is thing:
            del things[position]
            return


def match(
    expected: Iterable[T], actual: Iterable[T], rules: Rules[T], traits: Traits
) -> Matching[T]:
    """Match the objects of one class of one table.

    Objects of equal structure are paired first (Django's generated names depend
    on the path a project took), then objects of one name, then kin.
    """
    work = _Work(traits, rules, list(expected), list(actual))
    if not (work.expected or work.actual):
        return Matching()
    work.pair_equals()
    work.pair_changed(work.of_one_name)
    work.pair_changed(work.kin)
    return Matching(
        same=tuple(work.same),
        changed=tuple(work.changed),
        undecided=tuple(work.undecided),
        missing=tuple(work.expected),
        extra=tuple(work.actual),
    )
