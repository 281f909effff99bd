"""Which format an answer takes: `?format=` first, then the Accept header."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# One media range with its parameters; what is none is passed over.
_RANGE = re.compile(r"([\w!#$&^.+*-]+/[\w!#$&^.+*-]+)((?:\s*;[^;]*)*)", re.ASCII)
_QUALITY = re.compile(r";\s*q\s*=\s*([01](?:\.\d{0,3})?)", re.ASCII | re.IGNORECASE)
_LONGEST = 4_096  # No client that means it sends more.


class Format(StrEnum):
    """The formats, by their names in `?format=`."""

    HTML = "html"
    JSON = "json"
    HEALTH = "health+json"
    TEXT = "text"
    OPENMETRICS = "openmetrics"

    @property
    def media_type(self) -> str:
        """What is sent as Content-Type, without parameters."""
        return {
            Format.HTML: "text/html",
            Format.JSON: "application/json",
            Format.HEALTH: "application/health+json",
            Format.TEXT: "text/plain",
            Format.OPENMETRICS: "application/openmetrics-text",
        }[self]

    @property
    def content_type(self) -> str:
        """What is sent as Content-Type."""
        version = "; version=1.0.0" if self is Format.OPENMETRICS else ""
        return f"{self.media_type}{version}; charset=utf-8"


@dataclass(frozen=True, slots=True)
class _Range:
    media_type: str
    quality: float

    @property
    def exactness(self) -> int:
        return 2 - self.media_type.count("*")

    def covers(self, offered: str) -> bool:
        kind, _, sub = self.media_type.partition("/")
        offered_kind, _, offered_sub = offered.partition("/")
        return kind in {"*", offered_kind} and sub in {"*", offered_sub}


def chosen(accept: str, asked: str | None, offers: Sequence[Format]) -> Format | None:
    """Return the format to answer in; None where none of them would do.

    Args:
        accept: The Accept header; "" and what cannot be read ask for nothing.
        asked: The value of `?format=`, which decides; None or "" where not given.
        offers: In order of preference, the first being the usual one.
    """
    if asked:
        # A "+" that nobody escaped arrives as a space.
        wanted = asked.lower().replace(" ", "+")
        return next((offer for offer in offers if offer == wanted), None)
    ranges = _ranges(accept)
    if not ranges:
        return offers[0]
    qualities = [(_quality(ranges, offer.media_type), offer) for offer in offers]
    best = max(quality for quality, _ in qualities)
    return next(o for q, o in qualities if q == best) if best > 0 else None


def _ranges(accept: str) -> list[_Range]:
    found = []
    for part in accept[:_LONGEST].split(","):
        match = _RANGE.fullmatch(part.strip())
        if match is None:
            continue
        quality = _QUALITY.search(match[2])
        found.append(_Range(match[1].lower(), float(quality[1]) if quality else 1.0))
    return found


def _quality(ranges: list[_Range], offered: str) -> float:
    """Return the weight of the most exact range that covers the type."""
    covering = [r for r in ranges if r.covers(offered)]
    return max(covering, key=lambda r: r.exactness).quality if covering else 0.0
