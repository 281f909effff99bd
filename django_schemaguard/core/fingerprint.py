"""One short word for a whole schema: equal words, equal schemas."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from functools import cache
from itertools import starmap
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Hashable

    from django_schemaguard.core.schema import Schema

# Facts about the moment of reading, not about the schema.
_PASSING = frozenset(
    {"locked", "problem", "canonical", "skips", "numbering", "access", "hooks"}
)


@cache
def _names(kind: Hashable) -> tuple[tuple[str, Any], ...]:
    return tuple(
        (field.name, field.default)
        for field in fields(cast("type[Any]", kind))
        if field.init and field.name not in _PASSING
    )


def _word(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ",".join(map(_word, value)) + "]"
    if isinstance(value, frozenset):
        return "{" + ",".join(sorted(map(_word, value))) + "}"
    if hasattr(value, "__dataclass_fields__"):
        return _record(value)
    return repr(str(value)) if isinstance(value, str) else repr(value)


def _record(value: object) -> str:
    """Write a value's fields, those at their default left out."""
    kind = type(value)
    given = (
        (name, getattr(value, name))
        for name, default in _names(cast("Hashable", kind))
        if getattr(value, name) != default
    )
    return kind.__name__ + "(" + ",".join(starmap(_pair, given)) + ")"


def _pair(name: str, value: object) -> str:
    return f"{name}={_word(value)}"


def fingerprint(schema: Schema) -> str:
    """Return "sha256:…" over all tables; a new default field changes nothing."""
    digest = hashlib.sha256(schema.traits.vendor.encode())
    for table in schema:
        digest.update(_record(table).encode())
    return "sha256:" + digest.hexdigest()
