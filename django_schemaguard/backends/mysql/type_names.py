"""One spelling for the many names that MariaDB and MySQL have for a type."""

from __future__ import annotations

import re
from functools import lru_cache

# Head, arguments, tail: "varchar", "(30)", " character set latin1". A quoted
# argument, as in enum('a)','b'), may hold anything.
_SHAPE = re.compile(
    r"([^(]*?)\s*(?:\(((?:'(?:[^'\\]|''|\\.)*'|[^')])*)\))?\s*([^(]*)\Z"
)
_ARGUMENT = re.compile(r"'(?:[^'\\]|''|\\.)*'|[^',\s]+")
# A column's collation is a value of its own, not a part of its type.
_ATTRIBUTES = re.compile(
    r"\b(?:character set|charset|collate)\s*=?\s*[\w\"'`]+|\b(?:signed|ascii|unicode)\b"
)

_ALIASES = {
    "integer": "int",
    "int1": "tinyint",
    "int2": "smallint",
    "int3": "mediumint",
    "int4": "int",
    "int8": "bigint",
    "middleint": "mediumint",
    "numeric": "decimal",
    "dec": "decimal",
    "fixed": "decimal",
    "number": "decimal",
    "double precision": "double",
    "real": "double",
    "float8": "double",
    "float4": "float",
    "character": "char",
    "nchar": "char",
    "national char": "char",
    "national character": "char",
    "character varying": "varchar",
    "char varying": "varchar",
    "nvarchar": "varchar",
    "varchar2": "varchar",
    "nchar varchar": "varchar",
    "nchar varying": "varchar",
    "national varchar": "varchar",
    "national character varying": "varchar",
    "long": "mediumtext",
    "long varchar": "mediumtext",
    "long varbinary": "mediumblob",
    "raw": "varbinary",
    "clob": "longtext",
    # MariaDB's json is a longtext with a check that the server adds.
    "json": "longtext",
    "geomcollection": "geometrycollection",
}
_BOOLEANS = frozenset({"bool", "boolean"})
# Zero decimals say nothing; a missing precision stands for these.
_USUAL_ARGUMENTS = {
    "decimal": ("10", "0"),
    "char": ("1",),
    "binary": ("1",),
    "bit": ("1",),
}
_WITH_DISPLAY_WIDTH = frozenset(
    {"tinyint", "smallint", "mediumint", "int", "bigint", "year"}
)
_WITH_FRACTION = frozenset({"datetime", "timestamp", "time"})


@lru_cache(maxsize=4096)
def canonical_type(type_name: str) -> str:
    """Return one spelling for all names of a type, arguments kept.

    The display width of an integer goes, for it changes nothing that is stored;
    tinyint(1) keeps it, as the one mark of a boolean.
    """
    shape = _SHAPE.match(type_name.strip())
    if shape is None:
        return type_name
    head, given, tail = shape.groups()
    words = _words(head), _words(tail or "")
    zerofill = "zerofill" in " ".join(words).split()
    unsigned = zerofill or "unsigned" in " ".join(words).split()
    # "double precision", but also "int unsigned", where nothing stands between.
    base = " ".join(w for w in words[0].split() if w not in {"unsigned", "zerofill"})
    rest = " ".join(w for w in words[1].split() if w not in {"unsigned", "zerofill"})
    base = f"{base} {rest}".strip()
    if base in _BOOLEANS:
        return "tinyint(1)"
    base = _ALIASES.get(base, base)
    arguments = _arguments(base, tuple(_ARGUMENT.findall(given or "")))
    text = f"{base}({','.join(arguments)})" if arguments else base
    return text + (" unsigned" if unsigned else "") + (" zerofill" if zerofill else "")


def _words(text: str) -> str:
    return " ".join(_ATTRIBUTES.sub(" ", text.lower()).split())


def _arguments(base: str, given: tuple[str, ...]) -> tuple[str, ...]:
    if base in _WITH_DISPLAY_WIDTH:
        return given if (base, given) == ("tinyint", ("1",)) else ()
    if base in _WITH_FRACTION and given == ("0",):
        return ()
    usual = _USUAL_ARGUMENTS.get(base, ())
    return given + usual[len(given) :]
