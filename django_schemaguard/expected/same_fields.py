"""Whether a live field is what a project state says of it."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from types import FunctionType
from typing import TYPE_CHECKING, Any

from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.state import ProjectState
from django.db.models import ForeignKey, OneToOneField, Q
from django.db.models.fields.related import RelatedField
from django.utils.functional import Promise

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

# Their fields are what they are taken apart into, and nothing else.
_PLAIN = frozenset({"django.db.models.fields", "django.db.models.fields.related"})
_DJANGO_THINGS = frozenset({"django.db.models.constraints", "django.db.models.indexes"})
_SIMPLE = frozenset({str, int, bool, float, Decimal, type(None), FunctionType, type})
# What a field gets from its model, or makes of the other attributes.
_BOUND = frozenset(
    {
        "_constructor_args",
        "attname",
        "column",
        "concrete",
        "creation_counter",
        "error_messages",
        "from_fields",
        "model",
        "name",
        "opts",
        "related_model",
        "remote_field",
        "to_fields",
        "validators",
        "verbose_name",
    }
)
_REMOTE = ("on_delete", "limit_choices_to", "parent_link", "symmetrical", "through")
# What decides which column a field of a project's own class makes.
_RELATION_METHODS = (
    "db_check",
    "db_parameters",
    "db_type",
    "db_type_parameters",
    "db_type_suffix",
    "get_attname",
    "get_attname_column",
    "get_internal_type",
    "rel_db_type",
    "target_field",
)
_FACTS = (
    "auto_created",
    "column",
    "db_collation",
    "db_comment",
    "db_constraint",
    "db_index",
    "db_persist",
    "generated",
    "null",
    "primary_key",
    "unique",
)

_DETECTOR = MigrationAutodetector(ProjectState(), ProjectState())


def same_field(historic: Any, live: Any) -> bool:
    """Return whether Django's autodetector takes the two for one.

    Args:
        historic: From a project state, bound to no model.
        live: The field of the same name of a model.
    """
    kind = type(historic)
    if kind is not type(live):
        return False
    if kind.__module__ in _PLAIN and _plainly_same(historic, live):
        return True
    return bool(same_value(historic, live.clone()))


def _plainly_same(historic: Any, live: Any) -> bool:
    """Compare without taking apart; False says nothing."""
    if not _same_attributes(historic.__dict__, live.__dict__):
        return False
    if historic.remote_field is None:
        return True
    return type(live) in {ForeignKey, OneToOneField} and _same_relation(historic, live)


def same_thing(historic: Any, live: Any) -> bool:
    """Return whether two indexes or constraints are one.

    Those of Django keep all that makes them in attributes. To ask `==` takes longer:
    it takes an index apart, and translates what a constraint says of a violation.
    """
    if type(historic) is not type(live) or historic.name != live.name:
        return False
    ours, theirs = historic.__dict__, live.__dict__
    plain = type(live).__module__ in _DJANGO_THINGS and ours.keys() == theirs.keys()
    return (plain and _same_attributes(ours, theirs)) or bool(historic == live)


def same_value(historic: object, live: object) -> bool:
    """Return whether the autodetector takes two parts of a model for one."""
    taken_apart = _DETECTOR.deep_deconstruct
    return bool(taken_apart(historic) == taken_apart(live))


def _same_attributes(historic: dict[str, Any], live: dict[str, Any]) -> bool:
    """Compare all that is simple; False where anything else differs, too."""
    for name, value in historic.items():
        if name in _BOUND:
            continue
        other = live.get(name, _BOUND)
        if value is not other and not _simply_same(value, other):
            return False
    return True


def _simply_same(one: Any, other: Any) -> bool:
    if one is other:
        return True
    kind = type(one)
    if kind is list or kind is tuple:
        return (
            type(other) is kind
            and len(one) == len(other)
            and all(map(_simply_same, one, other))
        )
    if _is_simple(one) and _is_simple(other):
        return bool(one == other)
    if kind is Q and type(other) is Q:
        return _same_attributes(one.__dict__, other.__dict__)
    return kind is dict and type(other) is dict and not one and not other


def _is_simple(value: Any) -> bool:
    return type(value) in _SIMPLE or isinstance(value, Promise | Enum)


def _same_relation(historic: Any, live: Any) -> bool:
    ours, theirs = historic.remote_field, live.remote_field
    target = ours.model
    if type(target) is not str or "." not in target or isinstance(theirs.model, str):
        return False
    options = theirs.model._meta  # noqa: SLF001
    if target.lower() != options.label_lower:
        return False
    key = options.pk.name
    wanted = ours.field_name or key
    if wanted != theirs.field_name or ours.field_name == key:
        return False
    return all(
        _simply_same(getattr(ours, name, None), getattr(theirs, name, None))
        for name in _REMOTE
    )


def makes_the_same(historic: Any, live: Any, connection: BaseDatabaseWrapper) -> bool:
    """Return whether two fields that `same_field` takes for one make one column.

    Django's own do. Another class may keep something in itself that it does not
    tell when it is taken apart, as it is for a project state.
    """
    kind = type(live)
    if kind.__module__.startswith("django."):
        return True
    if live.many_to_many:
        return False
    twin = historic.clone()
    twin.set_attributes_from_name(live.name)
    twin.model = live.model
    if any(_fact(twin, name) != _fact(live, name) for name in _FACTS):
        return False
    if isinstance(live, RelatedField):
        return all(
            getattr(kind, name, None) is getattr(ForeignKey, name)
            for name in _RELATION_METHODS
        )
    return bool(
        twin.db_parameters(connection) == live.db_parameters(connection)
        and twin.db_type_suffix(connection) == live.db_type_suffix(connection)
        and twin.get_internal_type() == live.get_internal_type()
    )


def _fact(field: Any, name: str) -> object:
    return getattr(field, name, None)
