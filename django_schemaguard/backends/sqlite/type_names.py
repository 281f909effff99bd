"""Type names as SQLite keeps them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from django_schemaguard.backends.sqlite.tokens import NotUnderstood, tokenize

_TIGHT: Final = re.compile(r" ?([(,]) ?| (?=\))")


@lru_cache(maxsize=4_096)
def canonical_type(type_name: str) -> str:
    """Return the type in lower case, unquoted, with one way of spacing.

    Other names of one affinity stay apart (`int` is not `integer`): SQLite would
    store the same, but Django's converters go by the declared name.
    """
    try:
        tokens = tokenize(type_name)
    except NotUnderstood:
        return type_name
    words = [token.text if token.name is None else token.name for token in tokens]
    return _TIGHT.sub(r"\1", " ".join(words).lower())


def affinity(type_name: str) -> str:
    """Return the type that SQLite takes any declared type for.

    Source: "Determination Of Column Affinity" in SQLite's manual.
    """
    name = type_name.upper()
    if "INT" in name:
        return "INTEGER"
    if any(part in name for part in ("CHAR", "CLOB", "TEXT")):
        return "TEXT"
    if not name or "BLOB" in name:
        return "BLOB"
    if any(part in name for part in ("REAL", "FLOA", "DOUB")):
        return "REAL"
    return "NUMERIC"
