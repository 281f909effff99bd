"""Render a project state, cheaper than `ProjectState.apps` does."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.migrations.state import StateApps
from django.db.models import Field

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.migrations.state import ModelState, ProjectState

# Classes that keep nothing in themselves which two copies must not share.
_PLAIN = frozenset({"django.db.models.fields", "django.db.models.fields.related"})


def rendered(
    state: ProjectState, labels: Collection[tuple[str, str]] | None = None
) -> StateApps:
    """Return a registry with the models of a state; nothing else uses it.

    With labels, only with these models, which refer to no others.

    `ModelState.render` clones each field by taking it apart and making it anew,
    and for each foreign key looks through all models for a swappable one. Django's
    own plain fields are copied here, as they are from an abstract model.

    Raises:
        ValueError: The state refers to models that it does not have.
    """
    real_apps: Any = state.real_apps  # A set, which the stubs call a list.
    models: Any = {
        key: _Rendering(model)
        for key, model in state.models.items()
        if labels is None or key in labels
    }
    return StateApps(real_apps, models)


@dataclass(frozen=True, slots=True)
class _Rendering:
    """Stands for a model state while a registry is filled."""

    state: ModelState

    @property
    def app_label(self) -> str:
        return self.state.app_label

    def render(self, apps: StateApps) -> Any:
        twin: Any = copy.copy(self.state)
        twin.fields = {name: _Cloning(it) for name, it in twin.fields.items()}
        return twin.render(apps)


@dataclass(frozen=True, slots=True)
class _Cloning:
    """Stands for a field while its model is rendered."""

    field: Any

    def clone(self) -> Any:
        if type(self.field).__module__ not in _PLAIN:
            return self.field.clone()
        twin = self.field.__deepcopy__({})
        # Django's autodetector binds the fields of a state to names that they had.
        twin.name = None
        # The order of columns goes by these, and a state's is that of its fields.
        if twin.auto_created:
            twin.creation_counter = Field.auto_creation_counter
            Field.auto_creation_counter -= 1
        else:
            twin.creation_counter = Field.creation_counter
            Field.creation_counter += 1
        return twin
