"""What fields mean for a database."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.migrations.operations import AddField, CreateModel
from django.db.models import AutoField, ForeignKey
from django.db.models.fields import AutoFieldMixin

from django_schemaguard.lint.site import Added, Altered
from django_schemaguard.lint.travel import automatic_through, table_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.migrations.state import ProjectState
    from django.db.models import Model

    from django_schemaguard.lint.site import Site


def column_of(change: Added | Altered) -> str:
    """Return "table.column" as it is before the change."""
    field = change.field if isinstance(change, Added) else change.before
    return f"{change.table.name}.{field.column}"


def is_foreign_key(field: Any) -> bool:
    """Return whether the field refers to another table by a column of its own."""
    return isinstance(field, ForeignKey)


def is_indexed(field: Any) -> bool:
    """Return whether the field alone has a plain index."""
    return bool(field.db_index and not field.unique)


def numbers_itself(field: Any) -> bool:
    """Return whether the server gives each row a number."""
    return isinstance(field, AutoField | AutoFieldMixin)


def target_of(field: Any) -> str:
    """Return the table that a foreign key refers to."""
    return table_of(field.remote_field.model)


def new_foreign_keys(site: Site) -> Iterator[tuple[type[Model], Any]]:
    """Yield (model, field) of each foreign key that gets or becomes a column."""
    created = site.plain(CreateModel)
    if created is not None:
        model = site.model(created.name)
        if model is not None:
            yield from _foreign_keys(model)
            yield from _through(model)
    operation = site.plain(AddField)
    if operation is not None:
        model = site.model(operation.model_name)
        if model is not None:
            yield from _added(model, operation.name)
    altered = site.altered
    if altered is not None and is_foreign_key(altered.after):
        before: Any = altered.before
        had = is_foreign_key(before) and before.db_constraint
        same = had and target_of(before) == target_of(altered.after)
        if not same:
            yield altered.model, altered.after


def _added(model: type[Model], name: str) -> Iterator[tuple[type[Model], Any]]:
    field: Any = model._meta.get_field(name)  # noqa: SLF001
    if field.many_to_many:
        yield from _through(model, name)
    elif is_foreign_key(field):
        yield model, field


def _foreign_keys(model: type[Model]) -> Iterator[tuple[type[Model], Any]]:
    for field in model._meta.local_concrete_fields:  # noqa: SLF001
        if is_foreign_key(field):
            yield model, field


def _through(model: type[Model], name: str = "") -> Iterator[tuple[type[Model], Any]]:
    for field, through in automatic_through(model):
        if name in {"", field}:
            yield from _foreign_keys(through)


def leads_an_index(state: ProjectState, model: type[Model], name: str) -> bool:
    """Return whether an index or unique constraint of the model begins with a field."""
    meta = model._meta  # noqa: SLF001
    found = state.models.get((meta.app_label, meta.model_name or ""))
    if found is None:
        return True  # The model is gone in the end, or an automatic through table.
    options, field = found.options, found.fields.get(name)
    if field is None or field.unique or field.db_index:
        return True
    together = [
        list(fields)
        for option in ("unique_together", "index_together")
        for fields in options.get(option) or ()
    ]
    named = [
        [each.lstrip("-") for each in thing.fields]
        for option in ("indexes", "constraints")
        for thing in options.get(option) or ()
        if getattr(thing, "fields", None) and getattr(thing, "condition", None) is None
    ]
    key = [list(getattr(f, "field_names", ())) for f in found.fields.values()]
    return any(fields[:1] == [name] for fields in together + named + key)


def named(code: Callable[..., object] | partial[object]) -> str:
    """Return how a person names the function of a RunPython."""
    function = code.func if isinstance(code, partial) else code
    name = getattr(function, "__name__", type(function).__name__)
    return f"RunPython ({name})"
