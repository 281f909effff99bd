"""One spelling for every name of a PostgreSQL data type."""

from __future__ import annotations

import re
from functools import lru_cache

# Source: PostgreSQL manual, "Data Types", table 8.1, and "Numeric Types".
_ALIASES = {
    "bool": "boolean",
    "char": "character",
    "dec": "numeric",
    "decimal": "numeric",
    "float4": "real",
    "float8": "double precision",
    "int": "integer",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "national char": "character",
    "national char varying": "character varying",
    "national character": "character",
    "national character varying": "character varying",
    "nchar": "character",
    "nchar varying": "character varying",
    "char varying": "character varying",
    "serial": "integer",
    "serial2": "smallint",
    "serial4": "integer",
    "serial8": "bigint",
    "smallserial": "smallint",
    "bigserial": "bigint",
    "time": "time without time zone",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "timetz": "time with time zone",
    "varbit": "bit varying",
    "varchar": "character varying",
}
# The catalog's own names of these types may stand in quotes; the words of the
# SQL grammar may not: "integer" in quotes is a type of the user's.
_CATALOG_NAMES = frozenset(
    {
        "bool",
        "float4",
        "float8",
        "int2",
        "int4",
        "int8",
        "timestamptz",
        "timetz",
        "varbit",
        "varchar",
    }
)
_WORD = re.compile(r'"(?:[^"]|"")*"|[^\s".(),\[\]]+|[.(),\[\]]')
_ARRAY = re.compile(
    r"(?:\s*\[\s*\d*\s*\]|\s+array(?:\s*\[\s*\d*\s*\])?)+\s*\Z", re.IGNORECASE
)
_ARGUMENTS = re.compile(
    r"""\A(?P<head>(?:"(?:[^"]|"")*"|[^("])*?)\s*
    \((?P<arguments>[^()]*)\)\s*(?P<tail>.*)\Z""",
    re.VERBOSE,
)
_SAFE = re.compile(r'"([a-z_][a-z0-9_$]*)"\Z')
_DOUBLE_FROM = 25  # float(25) and wider is double precision.


@lru_cache(maxsize=4_096)
def canonical_type(name: str) -> str:
    """Return the catalog's spelling of a type name, arguments kept.

    A type of the user's comes back as it is, folded as an identifier would be.
    """
    array = _ARRAY.search(name)
    base = name[: array.start()] if array else name
    return _scalar(base.strip()) + ("[]" if array else "")


def _scalar(name: str) -> str:
    match = _ARGUMENTS.match(name)
    if match is None:
        return _spelled(_folded(name), "")
    arguments = ",".join(part.strip() for part in match["arguments"].split(","))
    tail = _folded(match["tail"])
    head = _folded(match["head"])
    return _spelled(f"{head} {tail}".strip(), arguments)


def _folded(name: str) -> str:
    """Return the words in lower case, needless quotes and pg_catalog gone."""
    words = [_bare(word) for word in _WORD.findall(name)]
    text = " ".join(words).replace(" . ", ".")
    return text.removeprefix("pg_catalog.")


def _bare(word: str) -> str:
    if not word.startswith('"'):
        return word.lower()
    safe = _SAFE.match(word)
    if safe is None or (safe[1] in _GRAMMAR and safe[1] not in _CATALOG_NAMES):
        return word
    return safe[1]


_GRAMMAR = (
    frozenset(_ALIASES)
    | {"bigint", "bit", "boolean", "character", "integer"}
    | {
        "interval",
        "numeric",
        "real",
        "smallint",
    }
)


def _spelled(name: str, arguments: str) -> str:
    """Return a folded name with its arguments where the catalog prints them."""
    if name == "float":
        single = arguments.isdigit() and int(arguments) < _DOUBLE_FROM
        return "real" if single else "double precision"
    name = _ALIASES.get(name, name)
    arguments = arguments or {"character": "1", "bit": "1"}.get(name, "")
    if not arguments:
        return name
    if name == "numeric" and "," not in arguments:
        arguments += ",0"
    if name.partition(".")[2] in _SPATIAL or name in _SPATIAL:
        arguments = arguments.lower()
    first, space, rest = name.partition(" ")
    if first in {"time", "timestamp"}:  # The precision stands in the middle.
        return f"{first}({arguments}){space}{rest}"
    return f"{name}({arguments})"


_SPATIAL = frozenset({"geometry", "geography"})
