"""One short word for a whole schema: equal words, equal schemas."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from django_schemaguard.core.schema import Schema

# Facts about the moment of reading, not about the schema.
_PASSING = frozenset(
    {"locked", "problem", "canonical", "skips", "numbering", "access", "hooks"}
)


@dataclass(frozen=True, slots=True)
class _Fields:
    """The fields of a class that count, and all their values in one call."""

    names: tuple[str, ...]
    defaults: tuple[Any, ...]
    values: Callable[[object], tuple[object, ...]]


@cache
def _fields(kind: Hashable) -> _Fields:
    counted = [
        field
        for field in fields(cast("type[Any]", kind))
        if field.init and field.name not in _PASSING
    ]
    names = tuple(field.name for field in counted)
    defaults = tuple(field.default for field in counted)
    if len(names) == 1:  # Then `attrgetter` gives no tuple.
        return _Fields(names, defaults, lambda value: (getattr(value, names[0]),))
    return _Fields(names, defaults, attrgetter(*names))


def _word(value: object) -> str:
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return repr(value)
    if isinstance(value, tuple):
        return "[" + ",".join([_word(item) for item in value]) + "]"
    if isinstance(value, frozenset):
        return "{" + ",".join(sorted(map(_word, value))) + "}"
    if hasattr(value, "__dataclass_fields__"):
        return _record(value)
    return repr(str(value)) if isinstance(value, str) else repr(value)


def _record(value: object) -> str:
    """Write a value's fields, those at their default left out."""
    kind = type(value)
    known = _fields(cast("Hashable", kind))
    given = [
        f"{name}={_word(it)}"
        for name, default, it in zip(
            known.names, known.defaults, known.values(value), strict=True
        )
        if it is not default and it != default
    ]
    return kind.__name__ + "(" + ",".join(given) + ")"


def fingerprint(schema: Schema) -> str:
    """Return "sha256:…" over all tables; a new default field changes nothing."""
    digest = hashlib.sha256(schema.traits.vendor.encode())
    for table in schema:
        digest.update(_record(table).encode())
    return "sha256:" + digest.hexdigest()
