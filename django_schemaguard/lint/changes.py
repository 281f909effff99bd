"""What a change of a column's type costs on each server."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django_schemaguard.lint.site import Site

_TYPE = re.compile(r"([a-z][\w \[\]]*?)\s*(?:\(([\d, ]+)\))?((?: \w+)*)", re.IGNORECASE)
_TEXTS = frozenset({"varchar", "text"})

# InnoDB keeps the length of a value in one byte up to 255 bytes, in two beyond,
# and four bytes may be a character's.
_ONE_BYTE = 63
# A varchar up to 127 bytes may grow beyond without a copy (MDEV-15563).
_GROWS_FREELY = 31


class TypeChange(Enum):
    """What a change of type does to the rows."""

    FREE = "none is touched"
    SHRINK = "each is checked, and may not fit"
    REWRITE = "each is written anew"


@dataclass(frozen=True, slots=True)
class ColumnType:
    """A type as its words: name, sizes, and what follows."""

    base: str
    sizes: tuple[int, ...]
    rest: str

    @property
    def precision(self) -> int:
        """The first of its sizes."""
        return self.sizes[0]

    @property
    def scale(self) -> int:
        """The second one, or 0."""
        return self.sizes[1] if len(self.sizes) > 1 else 0


def plain_type(site: Site, field: Any) -> str:
    """Return the type of a column without what is no part of it."""
    return " ".join(site.type_of(field).replace("AUTO_INCREMENT", "").split())


def type_change_of(old: str, new: str, vendor: str) -> TypeChange:
    """Return what it takes to go from one type to another.

    Args:
        old: As Django writes it, such as "varchar(20)".
        new: Likewise.
        vendor: Django's name of the kind of server.
    """
    if old == new:
        return TypeChange.FREE
    before, after = parsed(old), parsed(new)
    if before is None or after is None or vendor == "sqlite":
        return TypeChange.REWRITE
    if vendor == "postgresql":
        return _on_postgresql(before, after)
    if vendor == "mysql":
        return _on_mariadb(before, after)
    return TypeChange.REWRITE


def parsed(text: str) -> ColumnType | None:
    """Return a type as its words; None where it has others."""
    match = _TYPE.fullmatch(text)
    if match is None:
        return None
    sizes = tuple(int(size) for size in (match[2] or "").split(",") if size.strip())
    return ColumnType(match[1].lower(), sizes, match[3].strip().lower())


def _on_postgresql(before: ColumnType, after: ColumnType) -> TypeChange:
    if before.base in _TEXTS and after.base in _TEXTS:
        return _resized(before, after)
    if before.base == after.base == "numeric":
        if before.sizes and after.sizes and before.scale != after.scale:
            return TypeChange.REWRITE
        return _resized(before, after)
    if (before.base, after.base) == ("cidr", "inet"):
        return TypeChange.FREE
    return TypeChange.REWRITE


def _resized(before: ColumnType, after: ColumnType) -> TypeChange:
    if not after.sizes:
        return TypeChange.FREE
    if before.sizes and before.precision <= after.precision:
        return TypeChange.FREE
    return TypeChange.SHRINK


def _on_mariadb(before: ColumnType, after: ColumnType) -> TypeChange:
    if not (before.base == after.base == "varchar" and before.sizes and after.sizes):
        return TypeChange.REWRITE
    old, new = before.precision, after.precision
    if new < old:
        return TypeChange.REWRITE
    same = (old > _ONE_BYTE) == (new > _ONE_BYTE)
    return TypeChange.FREE if same or old <= _GROWS_FREELY else TypeChange.REWRITE
