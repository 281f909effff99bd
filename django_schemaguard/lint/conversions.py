"""What becomes of the values of a column that gets another type."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from django_schemaguard.lint.changes import ColumnType, parsed
from django_schemaguard.lint.editor import recorder

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

_TEXTS = frozenset({"varchar", "text", "char", "longtext", "citext"})
# Integer types, by the digits that they always hold.
_INTEGERS = {"bool": 0, "smallint": 4, "integer": 9, "int": 9, "bigint": 18}
_WIDEST = {"bool": 1, "smallint": 5, "integer": 10, "int": 10, "bigint": 20}
_MOMENTS = frozenset({"timestamp", "datetime"})
_FLOATS = frozenset({"double", "real", "float"})
_FLOAT_DIGITS = 15  # A double keeps any number of so many digits.
# The longest text of a value.
_LENGTHS = {
    "boolean": 5,
    "date": 13,
    "smallint": 6,
    "integer": 11,
    "bigint": 20,
    "uuid": 36,
    "time": 21,
    "timestamp": 40,
    "datetime": 26,
    "double": 25,
    "inet": 43,
}


class Values(Enum):
    """What becomes of values; the value says it of those that the new type lacks."""

    KEPT = "each is kept"
    REFUSED = "one that does not fit makes it fail"
    CUT = "longer values are cut"
    ROUNDED = "values are rounded"
    SHORN = "values lose a part"
    UNKNOWN = "nobody knows"

    @property
    def lost(self) -> bool:
        """Whether values change without a word."""
        return self in {Values.CUT, Values.ROUNDED, Values.SHORN}


_MOVED = {
    (moment, part): Values.SHORN for moment in _MOMENTS for part in ("date", "time")
} | {("date", moment): Values.KEPT for moment in _MOMENTS}


def values_after(connection: BaseDatabaseWrapper, old: Any, new: Any) -> Values:
    """Return what becomes of a column's values when Django alters its field.

    Args:
        connection: Of the server; it is not asked.
        old: The field before; where it refers to another model, rendered.
        new: And after.
    """
    before, after = (str(each.db_type(connection) or "") for each in (old, new))
    forced = bool(
        connection.vendor == "postgresql" and recorder(connection)._using_sql(new, old)  # noqa: SLF001
    )
    return values_of(before, after, connection.vendor, forced=forced)


def values_of(old: str, new: str, vendor: str, *, forced: bool) -> Values:
    """Return what becomes of values that get another type.

    Args:
        old: As Django writes it, such as "varchar(20)".
        new: Likewise.
        vendor: Django's name of the kind of server.
        forced: The statement casts them (USING), which cuts texts; otherwise the
            server refuses those that are too long, MariaDB in its strict mode.
    """
    before, after = parsed(old), parsed(new)
    if old == new:
        return Values.KEPT
    if before is None or after is None:
        return Values.UNKNOWN
    if vendor == "sqlite":
        # It keeps texts of any length, and numbers of any size, as they are.
        return Values.KEPT if _family(before) == _family(after) else Values.UNKNOWN
    if vendor not in {"postgresql", "mysql"}:
        return Values.UNKNOWN
    if after.base in _TEXTS:
        return _to_text(before, after, forced=forced)
    return _to_others(before, after)


def _family(kind: ColumnType) -> str:
    if kind.base in _TEXTS:
        return "text"
    if kind.base in {*_INTEGERS, "numeric", "decimal", *_FLOATS}:
        return "number"
    return kind.base


def _to_text(before: ColumnType, after: ColumnType, *, forced: bool) -> Values:
    longest = _LENGTHS.get(before.base)
    if before.sizes and before.base in _TEXTS:
        longest = before.precision
    elif before.sizes and before.base == "numeric":
        longest = before.precision + 3  # The sign, the point, and a zero before it.
    if not after.sizes or (longest is not None and longest <= after.precision):
        return Values.KEPT
    return Values.CUT if forced else Values.REFUSED


def _to_others(before: ColumnType, after: ColumnType) -> Values:
    if before.base in _TEXTS:
        return Values.REFUSED
    if before.base in _MOMENTS or after.base in _MOMENTS:
        return _MOVED.get((before.base, after.base), Values.UNKNOWN)
    if "boolean" in {before.base, after.base}:
        return _boolean(before, after)
    if _family(before) == _family(after) == "number":
        return _number(before, after)
    return Values.UNKNOWN


def _boolean(before: ColumnType, after: ColumnType) -> Values:
    if after.base == "boolean":
        return Values.SHORN if before.base in _INTEGERS else Values.REFUSED
    return Values.KEPT if after.base in _INTEGERS else Values.UNKNOWN


def _number(before: ColumnType, after: ColumnType) -> Values:
    if before.base in _FLOATS:
        same = after.base in _FLOATS
        return Values.KEPT if same and after.base != "real" else Values.ROUNDED
    digits, scale = _digits(before)
    if after.base in _FLOATS:
        held = digits is not None and digits + (scale or 0) <= _FLOAT_DIGITS
        return Values.KEPT if held else Values.ROUNDED
    if after.base in _INTEGERS:
        most: int | None = _INTEGERS[after.base]
        places: int | None = 0
    else:
        most, places = _digits(after)
    if places is not None and (scale is None or scale > places):
        return Values.ROUNDED
    if _INTEGERS.keys() >= {before.base, after.base}:
        wider = _INTEGERS[before.base] <= _INTEGERS[after.base]
        signs = after.rest in {"", before.rest}
        return Values.KEPT if wider and signs else Values.REFUSED
    fits = most is None or (digits is not None and digits <= most)
    return Values.KEPT if fits else Values.REFUSED


def _digits(kind: ColumnType) -> tuple[int | None, int | None]:
    """Return how many digits stand before and after the point; None for any."""
    if kind.base in _INTEGERS:
        return _WIDEST[kind.base], 0
    if not kind.sizes:
        return None, None
    return kind.precision - kind.scale, kind.scale
