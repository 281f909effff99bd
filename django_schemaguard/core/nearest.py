"""What a mistyped name was probably meant to be."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like this one, or None if none is alike."""
    by_folded = {other.casefold(): other for other in sorted(known, reverse=True)}
    wanted = name.casefold()
    longer = [other for other in by_folded if wanted and other.startswith(wanted)]
    found = get_close_matches(wanted, by_folded, n=1) or longer
    return by_folded[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return " Did you mean 'x'?" to end a sentence with, or ""."""
    meant = nearest(name, known)
    return f" Did you mean '{meant}'?" if meant else ""
