"""Which fields and conditions give the same SQL, so that Django is asked but once."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey, OneToOneField, Q

if TYPE_CHECKING:
    from collections.abc import Hashable

    from django.db.models import Model

_VALUES = frozenset(
    {
        bool,
        datetime.date,
        datetime.datetime,
        datetime.time,
        datetime.timedelta,
        Decimal,
        float,
        int,
        str,
        type(None),
        UUID,
    }
)


def likeness(field: Any) -> Hashable | None:
    """Return all that decides about the type of a field; None where that is open.

    Of Django's own classes it is what the type strings of its backends refer to.
    """
    kind = type(field)
    if kind.__module__ == "django.db.models.fields":
        facts = field.__dict__
        return (
            kind,
            field.column,
            field.max_length,
            facts.get("max_digits"),
            facts.get("decimal_places"),
            facts.get("db_collation"),
        )
    if kind is ForeignKey or kind is OneToOneField:
        target = likeness(field.target_field)
        return None if target is None else (kind, target)
    return None


def likeness_of_condition(model: type[Model], node: Any) -> Hashable | None:
    """Return all that decides about the SQL of a condition; None where that is open.

    It is known where plain values are compared with fields of the model's own whose
    classes are Django's.
    """
    if type(node) is not Q:
        return None
    parts = [
        _likeness_of_lookup(model, *child)
        if type(child) is tuple
        else likeness_of_condition(model, child)
        for child in node.children
    ]
    if None in parts:
        return None
    return (node.connector, node.negated, *parts)


def _likeness_of_lookup(model: type[Model], lookup: str, value: Any) -> Hashable | None:
    try:
        field: Any = model._meta.get_field(lookup.partition("__")[0])  # noqa: SLF001
    except FieldDoesNotExist:
        return None
    own = getattr(field, "model", None) is model and not field.is_relation
    alike = likeness(field) if own else None
    told = _likeness_of_value(value)
    if alike is None or told is None or "instance_lookups" in field.__dict__:
        return None
    return (lookup, alike, field.null, told)


def _likeness_of_value(value: Any) -> Hashable | None:
    """Return a value as it is written: 1.0, 1.00, 1 and True are equal otherwise."""
    kind = type(value)
    if kind is list or kind is tuple:
        inner = [_likeness_of_value(each) for each in value]
        return None if None in inner else (kind, *inner)
    return (kind, repr(value)) if kind in _VALUES else None
