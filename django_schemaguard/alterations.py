"""What changes of fields did to their columns, as far as migrations show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import Field

    from django_schemaguard.core.history import Part

# By Field.get_internal_type(): what PostgreSQL keeps as varchar or text.
_TEXTS = frozenset(
    {"CharField", "FileField", "FilePathField", "SlugField", "TextField"}
)
_SHAPE = ("max_length", "null", "max_digits", "decimal_places", "db_collation")


def reshapes(old: Field[Any, Any] | None, new: Field[Any, Any]) -> bool:
    """Return whether the change surely shows in the column itself.

    A change that shows in an index or a constraint, or in Python only, does not.
    """
    if old is None or old.is_relation or new.is_relation:
        return False
    return _shape(old) != _shape(new)


def _shape(field: Field[Any, Any]) -> tuple[object, ...]:
    values = (getattr(field, name, None) for name in _SHAPE)
    return (field.get_internal_type(), *values)


class FieldHistory:
    """Fields as the migrations read so far leave them, and what they once were."""

    def __init__(self) -> None:
        self._fields: dict[Part, Field[Any, Any]] = {}
        self._retyped: set[Part] = set()
        self._models: dict[str, str] = {}

    def add(self, part: Part, field: Field[Any, Any], *, squashed: bool) -> None:
        """Remember a new field; what a squash stands for may have altered it."""
        self._fields[part] = field
        if squashed:
            self._retyped.add(part)
        else:
            self._retyped.discard(part)

    def alter(self, part: Part, field: Field[Any, Any]) -> bool:
        """Remember an altered field; return whether its column shows the change."""
        old = self._fields.get(part)
        if not self._is_plain_text(part):
            self._retyped.add(part)
        self._fields[part] = field
        return reshapes(old, field)

    def rename(self, old: Part, new: Part) -> None:
        """Remember that a field, or the model of it, has another name."""
        if old in self._fields:
            self._fields[new] = self._fields.pop(old)
        if old in self._retyped:
            self._retyped.add(new)
        if old[0] != new[0]:
            self._models[old[0]] = new[0]

    def retyped(self) -> frozenset[Part]:
        """Return the fields that were altered while they were no plain text.

        Foreign keys that refer to such a field are among them, and those of which
        nobody knows what they refer to. Django makes no `_like` index for numbers
        and for nondeterministic collations, nor when it alters such a column.
        """
        return frozenset(part for part in self._fields if self._was_retyped(part))

    def _was_retyped(self, part: Part | None, depth: int = 8) -> bool:
        if part is None or part not in self._fields or part in self._retyped:
            return True
        field = self._fields[part]
        if not field.is_relation or depth == 0:
            return False
        return self._was_retyped(self._target(part[0], field), depth - 1)

    def _is_plain_text(self, part: Part | None, depth: int = 8) -> bool:
        field = self._fields.get(part) if part is not None else None
        if part is None or field is None:
            return False
        if field.is_relation and depth:
            return self._is_plain_text(self._target(part[0], field), depth - 1)
        collation = getattr(field, "db_collation", None)
        return field.get_internal_type() in _TEXTS and not collation

    def _target(self, model: str, field: Field[Any, Any]) -> Part | None:
        """Return what a foreign key refers to; None where that is not known."""
        remote: Any = field.remote_field
        to = getattr(remote, "model", None)
        if not isinstance(to, str):
            return None
        label = model if to == "self" else to.lower()
        if "." not in label:
            label = f"{model.partition('.')[0]}.{label}"
        while label in self._models:
            label = self._models[label]
        name = getattr(remote, "field_name", None)
        if name:
            return (label, name)
        keys = (it for it in self._fields if it[0] == label)
        return next((it for it in keys if self._fields[it].primary_key), None)
