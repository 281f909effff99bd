"""What the kinds about constraints and indexes share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, TypeAlias

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Finding
from django_schemaguard.core.kinds._columns import not_compared
from django_schemaguard.core.kinds._wording import address, contrast, name_of, title
from django_schemaguard.core.pair_columns import mentions
from django_schemaguard.core.pairing import Matching, Pairs, TablePair
from django_schemaguard.core.schema import (
    Check,
    Exclusion,
    Facet,
    ForeignKey,
    Index,
    Skip,
    TableObject,
    Unique,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

AnyMatching: TypeAlias = (
    Matching[Unique]
    | Matching[Check]
    | Matching[Exclusion]
    | Matching[ForeignKey]
    | Matching[Index]
)


_OF_PAIR: dict[Facet, Callable[[TablePair], AnyMatching]] = {
    Facet.UNIQUES: attrgetter("uniques"),
    Facet.CHECKS: attrgetter("checks"),
    Facet.EXCLUSIONS: attrgetter("exclusions"),
    Facet.FOREIGN_KEYS: attrgetter("foreign_keys"),
    Facet.INDEXES: attrgetter("indexes"),
}


def matchings(pairs: Pairs, *facets: Facet) -> Iterator[tuple[TablePair, AnyMatching]]:
    """Yield, table by table, the matchings of these facets that the backend reads.

    A matching of objects that the reader cannot see would call all of them missing.
    """
    seen = [facet for facet in facets if facet in pairs.actual.traits.sees]
    for pair in pairs.tables:
        for facet in seen:
            if facet not in pair.actual.unseen:
                yield pair, _OF_PAIR[facet](pair)


def field_of(pair: TablePair, thing: TableObject) -> str | None:
    """Return the field of an expected object that belongs to one field alone.

    What `Meta` names belongs to the model.
    """
    if isinstance(thing, ForeignKey):
        return thing.field
    if thing.named:
        return None
    found = [it for it in pair.expected.columns if _is_on(thing, it.name)]
    return found[0].field if len(found) == 1 else None


def _is_on(thing: Unique | Check | Exclusion | Index, column: str) -> bool:
    if isinstance(thing, Check):
        return mentions(thing.expression, frozenset({column}))
    return any(key.column == column for key in thing.keys)


ForeignKeyPair: TypeAlias = tuple[TablePair, ForeignKey, ForeignKey]


def foreign_keys(pairs: Pairs) -> Iterator[ForeignKeyPair]:
    """Yield each foreign key that stands on both sides, changed or not."""
    for pair in pairs.tables:
        yield from _foreign_keys_of(pair)


def _foreign_keys_of(pair: TablePair) -> Iterator[ForeignKeyPair]:
    for expected, actual in (*pair.foreign_keys.same, *pair.foreign_keys.changed):
        yield pair, expected, actual


def states(
    pairs: Pairs,
) -> Iterator[ForeignKeyPair | tuple[TablePair, Check, Check]]:
    """Yield each foreign key and check on both sides, whose state may differ."""
    for pair in pairs.tables:
        yield from _foreign_keys_of(pair)
        for expected, actual in (*pair.checks.same, *pair.checks.changed):
            yield pair, expected, actual


def undecided(pair: TablePair, matching: AnyMatching) -> Iterator[Skip]:
    """Yield a Skip for each pair that the server could not compare."""
    for each in matching.undecided:
        thing: TableObject = each.expected
        subject = title(thing, named=True)
        what = subject[0].lower() + subject[1:]
        yield from not_compared(pair, what, name_of(thing), each.reason)


@dataclass(frozen=True, slots=True)
class ForeignKeyDifference(Finding):
    """A foreign key that stands on both sides and differs."""

    expected_key: ForeignKey
    actual_key: ForeignKey

    @property
    @override
    def object(self) -> str | None:
        return name_of(self.actual_key, self.expected_key)

    @property
    @override
    def field(self) -> str | None:
        return self.expected_key.field


@dataclass(frozen=True, slots=True)
class Redefined(Finding):
    """An object that stands on both sides, and is defined otherwise."""

    wanted: TableObject
    found: TableObject

    @property
    @override
    def message(self) -> str:
        subject = f"{title(self.found, named=True)} of '{address(self.table)}'"
        return f"{subject} {contrast(self.found.definition, self.wanted.definition)}."

    @property
    @override
    def hint(self) -> str:
        return "Replace it as its migration made it, or change the model and migrate."

    @property
    @override
    def object(self) -> str | None:
        return name_of(self.found, self.wanted)

    @property
    @override
    def expected(self) -> str | None:
        return self.wanted.definition

    @property
    @override
    def actual(self) -> str | None:
        return self.found.definition
