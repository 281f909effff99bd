"""The fields that a live model would have if a project state had rendered it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.migrations.state import AppConfigStub
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from django.db.migrations.state import ModelState
    from django.db.models import Model


def column_order(state: ModelState) -> tuple[str, ...]:
    """Return the names of the fields in the order of a rendered model.

    Fields that Django made by itself come first, the last made one before all.
    """
    by_itself = [name for name, field in state.fields.items() if field.auto_created]
    others = [name for name, field in state.fields.items() if not field.auto_created]
    return (*reversed(by_itself), *others)


def ordered_fields(model: type[Model], order: tuple[str, ...]) -> list[Any]:
    """Return the fields of a model's own table in this order; the rest comes last."""
    place = {name: position for position, name in enumerate(order)}
    fields = model._meta.local_fields  # noqa: SLF001
    return sorted(fields, key=lambda field: place.get(field.name, len(place)))


def through_fields(through: type[Model]) -> list[Any]:
    """Return the fields of an automatic many-to-many table.

    A state knows nothing of `AppConfig.default_auto_field`, so that `migrate` gives
    these tables the key of the setting.
    """
    options = through._meta  # noqa: SLF001
    kind = import_string(AppConfigStub(options.app_label).default_auto_field)
    return [
        _key(through, kind) if field.primary_key and type(field) is not kind else field
        for field in options.local_fields
    ]


def _key(through: type[Model], kind: Any) -> Any:
    field = kind(verbose_name="ID", primary_key=True, auto_created=True)
    field.set_attributes_from_name("id")
    field.model = through
    return field
