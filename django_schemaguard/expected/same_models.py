"""Which live models are what a project state says of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from django.apps import apps as live_apps
from django.db.migrations.operations import AlterModelOptions
from django.db.migrations.state import ModelState
from django.db.migrations.utils import resolve_relation
from django.db.models import Model, OrderWrt
from django.db.models.options import normalize_together
from django.utils import translation

from django_schemaguard.expected.same_fields import (
    same_field,
    same_thing,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from django.db.migrations.state import ProjectState

Label: TypeAlias = tuple[str, str]

_PLACES = ("db_table", "db_table_comment", "order_with_respect_to")


@dataclass(frozen=True, slots=True)
class Same:
    """The live models that a project state describes as they are.

    Attributes:
        models: By (app label, lower-case name), as in the state.
        whole: The autodetector would find nothing: they are all live models and
            all of the state, but for fields of unmanaged ones.
    """

    models: Mapping[Label, type[Model]]
    whole: bool


def same_models(state: ProjectState) -> Same:
    """Compare each model of a state with the live one.

    Names are compared untranslated, as migrations hold them.
    """
    live = _live(state)
    with translation.override(None):
        found = {
            label: model
            for label, model in live.items()
            if label in state.models and _same_model(state.models[label], model)
        }
    others = live.keys() - found
    return Same(
        found,
        whole=live.keys() == state.models.keys()
        and all(_is_unmanaged(state.models[each], live[each]) for each in others),
    )


def with_references(state: ProjectState, labels: Iterable[Label]) -> set[Label]:
    """Return models of a state and all that they refer to, over several steps too."""
    found: set[Label] = set()
    waiting = list(labels)
    while waiting:
        label = waiting.pop()
        if label in state.models and label not in found:
            found.add(label)
            waiting.extend(references_of(state.models[label]))
    return found


def references_of(model: ModelState) -> Iterator[Label]:
    """Yield the models that one model of a state refers to or inherits from."""
    label = (model.app_label, model.name_lower)
    for base in model.bases:
        if isinstance(base, str):
            yield resolve_relation(base, *label)
    for field in model.fields.values():
        remote: Any = field.remote_field
        if remote is not None:
            yield resolve_relation(remote.model, *label)
            if getattr(remote, "through", None):
                yield resolve_relation(remote.through, *label)


def _live(state: ProjectState) -> dict[Label, type[Model]]:
    """Return the live models of the apps that have migrations."""
    return {
        label: model
        for model in live_apps.get_models(include_swapped=True)
        if (label := label_of(model))[0] not in state.real_apps
    }


def label_of(model: type[Model]) -> Label:
    """Return the label under which a state keeps a model."""
    options = model._meta  # noqa: SLF001
    return options.app_label, str(options.model_name)


def _same_model(state: ModelState, model: type[Model]) -> bool:
    return (
        _same_options(state, model)
        and _same_fields(state, model)
        and same_managers(state, model)
    )


def _is_unmanaged(state: ModelState, model: type[Model]) -> bool:
    """Return whether the autodetector does not look at the fields of a model."""
    return (
        state.options.get("managed") is False
        and _same_options(state, model)
        and same_managers(state, model)
    )


def _same_fields(state: ModelState, model: type[Model]) -> bool:
    options = model._meta  # noqa: SLF001
    live = [
        field
        for field in (*options.local_fields, *options.local_many_to_many)
        if not isinstance(field, OrderWrt)
    ]
    historic = state.fields
    return len(live) == len(historic) and all(
        field.name in historic and same_field(historic[field.name], field)
        for field in live
    )


def _same_options(state: ModelState, model: type[Model]) -> bool:
    options: Any = model._meta  # noqa: SLF001
    given, told = options.original_attrs, state.options
    alterable = AlterModelOptions.ALTER_OPTION_KEYS
    if any((key in given) != (key in told) for key in alterable):
        return False
    if any(given[key] != told[key] for key in alterable if key in given):
        return False
    if any(given.get(key) != told.get(key) for key in _PLACES):
        return False
    return (
        together(given) == together(told)
        and _same_things(told["indexes"], options.indexes, given.get("indexes"))
        and _same_things(
            told["constraints"], options.constraints, given.get("constraints")
        )
    )


def together(options: Mapping[str, Any]) -> set[tuple[str, ...]]:
    """Return the field names of each `unique_together`."""
    groups = options.get("unique_together") or ()
    return {tuple(names) for names in normalize_together(groups)}


def _same_things(historic: list[Any], live: list[Any], given: object) -> bool:
    """Compare indexes or constraints; a model that gives none has none."""
    if not given:
        return not historic
    return len(historic) == len(live) and all(map(same_thing, historic, live))


def same_managers(state: ModelState, model: type[Model]) -> bool:
    """Return whether the autodetector takes the managers of both for the same."""
    if _keeps_no_manager(model):
        return not state.managers
    return bool(state.managers == ModelState.from_model(model).managers)


def _keeps_no_manager(model: type[Model]) -> bool:
    """Answer for what is easily seen; False says nothing.

    A state keeps managers that ask for it, and the default and base one as plain
    managers, unless there is but the default one under its usual name.
    """
    managers: Any = model._meta.managers  # noqa: SLF001
    if not managers:
        return True
    if any(each.use_in_migrations for each in managers):
        return False
    default, base = model._default_manager, model._base_manager  # noqa: SLF001
    apart = base is default or all(each is not base for each in managers)
    return apart and bool(default.name == "objects")
