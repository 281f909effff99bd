"""Reading a dict of settings key by key, noting all that is wrong with it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import TypeVar

from django_schemaguard.core.nearest import did_you_mean
from django_schemaguard.core.patterns import Pattern

T = TypeVar("T")
Choice = TypeVar("Choice", bound=StrEnum)


class Wrong(Exception):
    """A value that will not do; says the end of a sentence about it."""


class Section:
    """One dict in the settings.

    Attributes:
        where: How an error names it, such as "SCHEMAGUARD['IGNORE'][0]".
        problems: All that is wrong, shared by nested sections.
    """

    def __init__(self, where: str, value: object, problems: list[str]) -> None:
        self.where = where
        self.problems = problems
        self._values: Mapping[object, object] = {}
        self._known: set[str] = set()
        if isinstance(value, Mapping):
            self._values = value
        else:
            problems.append(f"{where} must be a dict, not {type(value).__name__}.")

    def read(self, key: str, convert: Callable[[object], T], default: T) -> T:
        """Return the value under a key, or the default where it is absent or wrong."""
        self._known.add(key)
        if key not in self._values:
            return default
        try:
            return convert(self._values[key])
        except Wrong as wrong:
            self.problems.append(f"{self.name(key)} {wrong}")
            return default

    def need(self, key: str, convert: Callable[[object], T], default: T) -> T:
        """Read a key that must be there."""
        if key not in self._values:
            self.problems.append(f"{self.where} needs the key '{key}'.")
        return self.read(key, convert, default)

    def sections(self, key: str) -> Iterator[Section]:
        """Yield each dict of the list under a key; note what is none."""
        none: tuple[object, ...] = ()
        for number, item in enumerate(self.read(key, items, none)):
            entry = Section(f"{self.name(key)}[{number}]", item, self.problems)
            if isinstance(item, Mapping):
                yield entry

    def section(self, key: str) -> Section:
        """Return the dict under a key; an empty one where it is absent."""
        self._known.add(key)
        return Section(self.name(key), self._values.get(key, {}), self.problems)

    def refuse_unknown(self) -> None:
        """Note each key that was never read."""
        for key in self._values:
            if key not in self._known:
                hint = did_you_mean(str(key), self._known)
                self.problems.append(f"{self.name(key)} is not a known key.{hint}")

    def lacks(self, *keys: str) -> bool:
        """Return whether none of the keys is there."""
        return not any(key in self._values for key in keys)

    def name(self, key: object) -> str:
        """Return how an error names the value under a key."""
        return f"{self.where}['{key}']"


def items(value: object) -> tuple[object, ...]:
    """Read a list or tuple."""
    if not isinstance(value, list | tuple):
        raise Wrong(f"must be a list or tuple, not {type(value).__name__}.")
    return tuple(value)


def each(convert: Callable[[object], T]) -> Callable[[object], tuple[T, ...]]:
    """Return a reader of lists whose items are read by `convert`."""

    def read(value: object) -> tuple[T, ...]:
        read_items = []
        for number, item in enumerate(items(value)):
            try:
                read_items.append(convert(item))
            except Wrong as wrong:
                raise Wrong(f"item {number} {wrong}") from None
        return tuple(read_items)

    return read


def text(value: object) -> str:
    """Read a string that is not blank."""
    if not isinstance(value, str):
        raise Wrong(f"must be a string, not {type(value).__name__}.")
    if not value.strip():
        raise Wrong("must not be blank.")
    return value


def flag(value: object) -> bool:
    """Read True or False."""
    if not isinstance(value, bool):
        raise Wrong(f"must be True or False, not {type(value).__name__}.")
    return value


def seconds(value: object) -> float:
    """Read a number of seconds above 0."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Wrong(f"must be a number of seconds, not {type(value).__name__}.")
    if not (math.isfinite(value) and value > 0):
        raise Wrong(f"must be above 0 and finite, not {value}.")
    return float(value)


def http_error(value: object) -> int:
    """Read an HTTP status that reports a failure."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise Wrong(f"must be an HTTP status, not {type(value).__name__}.")
    if not 400 <= value <= 599:
        raise Wrong(f"must be from 400 to 599, not {value}.")
    return value


def network(value: object) -> str:
    """Read an address or network in CIDR notation."""
    given = text(value)
    try:
        return str(ip_network(given))
    except ValueError:
        raise Wrong(f"must be a network such as '10.0.0.0/8', not '{given}'.") from None


def path(value: object) -> Path | None:
    """Read a file name, or None."""
    if value is None or isinstance(value, Path):
        return value
    return Path(text(value))


def day(value: object) -> date:
    """Read a date, also one written as "2026-12-31"."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    given = text(value)
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise Wrong(f"must be a date such as 2026-12-31, not '{given}'.") from None


def pattern(value: object) -> Pattern:
    """Read a name with or without wildcards."""
    given = text(value)
    if given != given.strip():
        raise Wrong(f"must not begin or end with white space: '{given}'.")
    return Pattern(given)


def one_of(choices: type[Choice]) -> Callable[[object], Choice]:
    """Return a reader of one of a few words."""

    def read(value: object) -> Choice:
        words = [choice.value for choice in choices]
        given = text(value)
        if given not in words:
            listed = ", ".join(f"'{word}'" for word in words)
            hint = did_you_mean(given, words)
            raise Wrong(f"must be one of {listed}, not '{given}'.{hint}")
        return choices(given)

    return read


def known_name(known: frozenset[str], noun: str) -> Callable[[object], str]:
    """Return a reader of names that must exist."""

    def read(value: object) -> str:
        given = text(value)
        if given not in known:
            raise Wrong(f"is no {noun}: '{given}'.{did_you_mean(given, known)}")
        return given

    return read
