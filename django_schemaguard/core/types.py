"""How one column type compares with another: wider, narrower, or another family."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from math import inf


class Fit(Enum):
    """How the actual type serves a column that needs the expected one."""

    EQUIVALENT = "spelled differently, kept the same way"
    WIDER = "holds more"
    LOOSE = "holds the same, treated differently"
    NARROWER = "holds less"
    OTHER = "holds something else"


@dataclass(frozen=True, slots=True)
class DataType:
    """A type name taken apart; the parts are in lower case, arguments aside."""

    base: str
    arguments: tuple[str, ...] = ()
    unsigned: bool = False
    array: bool = False


@dataclass(frozen=True, slots=True)
class _Measure:
    """A family of types, and how much one holds in each of its dimensions."""

    family: str
    capacity: tuple[float, ...]


# Head, arguments, tail, brackets: "timestamp(3) with time zone[]".
_SHAPE = re.compile(r"([^(\[]+)(?:\((.*)\))?([^(\[]*)((?:\[\d*\])*)\Z", re.DOTALL)
_MODIFIERS = frozenset({"unsigned", "zerofill"})

_INTEGER_BITS = {
    "tinyint": 8,
    "smallint": 16,
    "int2": 16,
    "mediumint": 24,
    "int": 32,
    "integer": 32,
    "int4": 32,
    "bigint": 64,
    "int8": 64,
}
_FLOAT_BITS = {"real": 24, "float": 24, "double": 53, "double precision": 53}
_DECIMALS = frozenset({"numeric", "decimal", "dec"})
_FIXED_TEXTS = frozenset({"character", "char"})
_TEXTS = _FIXED_TEXTS | {"character varying", "varchar", "text", "citext"}
_BYTES = frozenset({"bytea", "binary", "varbinary"})
_TIMES = frozenset(
    {
        "datetime",
        "interval",
        "time",
        "time with time zone",
        "time without time zone",
        "timestamp",
        "timestamp with time zone",
        "timestamp without time zone",
    }
)
# MariaDB's sizes in bytes; elsewhere "text" has no limit.
_SIZES = {
    "tiny": 2**8 - 1,
    "": 2**16 - 1,
    "medium": 2**24 - 1,
    "long": 2**32 - 1,
}
_SIZED_TEXTS = {f"{prefix}text": size for prefix, size in _SIZES.items()}
_SIZED_BYTES = {f"{prefix}blob": size for prefix, size in _SIZES.items()}


@lru_cache(maxsize=1024)
def parse(text: str) -> DataType:
    """Return the parts of a type name."""
    shape = _SHAPE.match(text.strip())
    if shape is None:
        return DataType(text.lower())
    head, arguments, tail, brackets = shape.groups()
    words = f"{head} {tail}".lower().split()
    return DataType(
        base=" ".join(word for word in words if word not in _MODIFIERS),
        arguments=tuple(a.strip() for a in arguments.split(",")) if arguments else (),
        unsigned="unsigned" in words,
        array=bool(brackets),
    )


def is_integer(text: str) -> bool:
    """Return whether the type is an integer of any width."""
    kind = parse(text)
    return kind.base in _INTEGER_BITS and not kind.array


def is_text(text: str) -> bool:
    """Return whether the type holds characters, so that it has a collation."""
    base = parse(text).base
    return base in _TEXTS or base in _SIZED_TEXTS


def fit(expected: str, actual: str, vendor: str) -> Fit:
    """Return how two different canonical types of one server compare.

    Args:
        expected: The type that is needed.
        actual: The type that is there.
        vendor: Django's name of the vendor; "mysql" stands for MariaDB, too.
    """
    ours, theirs = parse(expected), parse(actual)
    if vendor == "sqlite":
        return _fit_on_sqlite(ours, theirs)
    if ours.array != theirs.array:
        return Fit.OTHER
    wanted, found = _measure(ours, vendor), _measure(theirs, vendor)
    if wanted is None or found is None:
        return _fit_by_arguments(ours, theirs)
    if wanted.family != found.family:
        return Fit.OTHER
    sides = tuple(zip(wanted.capacity, found.capacity, strict=True))
    if any(there < here for here, there in sides):
        return Fit.NARROWER
    return Fit.LOOSE if wanted.capacity == found.capacity else Fit.WIDER


def _fit_by_arguments(ours: DataType, theirs: DataType) -> Fit:
    if ours.base != theirs.base:
        return Fit.OTHER
    # A type without arguments takes any value of the kind: vector, geometry, bit.
    return Fit.NARROWER if theirs.arguments else Fit.WIDER


def _numbers(kind: DataType) -> tuple[int, ...]:
    return tuple(int(a) for a in kind.arguments if a.lstrip("-").isdecimal())


def _measure(kind: DataType, vendor: str) -> _Measure | None:
    if kind.base in _INTEGER_BITS:
        return _Measure("integer", _integer_range(kind))
    if kind.base in _FLOAT_BITS:
        return _Measure("float", (_FLOAT_BITS[kind.base],))
    if kind.base in _DECIMALS:
        return _Measure("decimal", _digits(kind, vendor))
    if kind.base in _TIMES:
        # The base is the family: with and without time zone are two things.
        default = 0 if vendor == "mysql" else 6
        return _Measure(kind.base, _numbers(kind) or (default,))
    return _measure_string(kind, vendor)


def _measure_string(kind: DataType, vendor: str) -> _Measure | None:
    if kind.base in _TEXTS or kind.base in _SIZED_TEXTS:
        return _Measure("text", _length(kind, _SIZED_TEXTS, vendor))
    if kind.base in _BYTES or kind.base in _SIZED_BYTES:
        return _Measure("bytes", _length(kind, _SIZED_BYTES, vendor))
    return None


def _integer_range(kind: DataType) -> tuple[float, ...]:
    bits = _INTEGER_BITS[kind.base]
    return (0, 2**bits) if kind.unsigned else (2 ** (bits - 1), 2 ** (bits - 1))


def _digits(kind: DataType, vendor: str) -> tuple[float, ...]:
    """Return how many digits stand before the point and after it."""
    numbers = _numbers(kind)
    if not numbers:
        return (10, 0) if vendor == "mysql" else (inf, inf)
    precision, scale = numbers[0], numbers[1] if len(numbers) > 1 else 0
    return (precision - scale, scale)


def _length(kind: DataType, sizes: dict[str, int], vendor: str) -> tuple[float, ...]:
    numbers = _numbers(kind)
    if numbers:
        return numbers[:1]
    if kind.base in _FIXED_TEXTS:
        return (1,)
    return (sizes.get(kind.base, inf) if vendor == "mysql" else inf,)


# The sqlite3 module makes other Python values of columns declared as these.
_CONVERTED = frozenset({"bool", "date", "datetime", "time", "timestamp"})
_NUMBERS = frozenset({"integer", "numeric", "real"})


def _affinity(kind: DataType) -> str:
    """Return the affinity by the five rules of SQLite's manual, "Datatypes"."""
    if "int" in kind.base:
        return "integer"
    if any(word in kind.base for word in ("char", "clob", "text")):
        return "text"
    if "blob" in kind.base or not kind.base:
        return "blob"
    if any(word in kind.base for word in ("real", "floa", "doub")):
        return "real"
    return "numeric"


def _fit_on_sqlite(ours: DataType, theirs: DataType) -> Fit:
    """Compare what SQLite does with the declared types; it enforces no length."""
    wanted, found = _affinity(ours), _affinity(theirs)
    if wanted == found:
        converted = ours.base != theirs.base and _CONVERTED & {ours.base, theirs.base}
        return Fit.LOOSE if converted else Fit.EQUIVALENT
    return Fit.LOOSE if {wanted, found} <= _NUMBERS else Fit.OTHER
