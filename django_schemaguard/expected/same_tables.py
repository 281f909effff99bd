"""Which live models make the tables that the models of a project state make."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db import router
from django.db.models import Model

from django_schemaguard.expected.same_fields import makes_the_same
from django_schemaguard.expected.same_models import references_of, together

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations.state import ModelState, ProjectState

    from django_schemaguard.expected.same_models import Label, Same

# Those of `Meta` that decide about tables, by what a model has that does not say.
_OF_TABLES = {
    "db_table_comment": "",
    "managed": True,
    "proxy": False,
    "required_db_features": [],
    "required_db_vendor": None,
    "swappable": None,
}


def makes_the_same_tables(
    same: Same, state: ProjectState, connection: BaseDatabaseWrapper
) -> dict[Label, type[Model]]:
    """Return the models that make the tables that the state's own would make.

    Those among `same` whose class, parents and field classes leave no doubt, and
    that refer to none but such models.
    """
    routed = any(hasattr(each, "allow_migrate") for each in router.routers)
    found = {
        label: model
        for label, model in same.models.items()
        if _same_class(state.models[label], model, connection)
        and not (routed and _has_mixins(state.models[label]))
    }
    if len(found) == len(state.models):
        return found
    referring: dict[Label, list[Label]] = defaultdict(list)
    for label in state.models:
        for target in references_of(state.models[label]):
            referring[target].append(label)
    doubtful = [label for label in state.models if label not in found]
    while doubtful:
        doubtful.extend(
            label
            for label in referring.pop(doubtful.pop(), ())
            if found.pop(label, None) is not None
        )
    return found


def _same_class(
    state: ModelState, model: type[Model], connection: BaseDatabaseWrapper
) -> bool:
    """Return whether nothing but what the autodetector compares makes the table."""
    options: Any = model._meta  # noqa: SLF001
    return (
        state.name == options.object_name
        and _parents(model) == {str(b).lower() for b in state.bases if type(b) is str}
        and _says_the_same(state, options)
        and all(_is_django(it) for it in (*options.indexes, *options.constraints))
        and all(
            makes_the_same(state.fields[field.name], field, connection)
            for field in (*options.local_fields, *options.local_many_to_many)
            if field.name in state.fields
        )
    )


def _has_mixins(state: ModelState) -> bool:
    """Return whether a router may tell the model by a class that it inherits from."""
    return any(base is not Model and type(base) is not str for base in state.bases)


def _says_the_same(state: ModelState, options: Any) -> bool:
    """Return whether a class changed none of its options after it was made.

    The autodetector looks at what `Meta` said.
    """
    told, given = state.options, options.original_attrs
    usual = f"{state.app_label}_{state.name_lower}"
    groups = {"unique_together": options.unique_together}
    return (
        options.db_table == (told.get("db_table") or usual)
        and all(
            getattr(options, key) == told.get(key, usually)
            for key, usually in _OF_TABLES.items()
        )
        and together(groups) == together(told)
        # Where `Meta` said any, they were compared with those of the state.
        and bool(given.get("indexes") or not options.indexes)
        and bool(given.get("constraints") or not options.constraints)
    )


def _is_django(thing: object) -> bool:
    return type(thing).__module__.startswith("django.")


def _parents(model: type[Model]) -> set[str]:
    """Return the labels of the models that a model inherits a table from."""
    labels: set[str] = set()
    for base in model.__bases__:
        options = getattr(base, "_meta", None)
        if options is None:
            continue
        if options.abstract:
            labels |= _parents(base)
        else:
            labels.add(options.label_lower)
    return labels
