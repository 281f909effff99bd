"""Which changes of the models no migration makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps as live_apps
from django.db import router
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.operations import (
    AlterField,
    AlterModelManagers,
    AlterModelOptions,
)
from django.db.migrations.questioner import MigrationQuestioner
from django.db.migrations.state import ModelState, ProjectState
from django.utils import translation

from django_schemaguard.core.history import Unmade
from django_schemaguard.expected.same_models import (
    label_of,
    references_of,
    same_models,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.operations.base import Operation
    from django.db.models import Field

    from django_schemaguard.expected.same_models import Label, Same

_PACKAGES = ("/site-packages/", "/dist-packages/")


def read_unmade(
    loader: MigrationLoader,
    leaf: ProjectState,
    connection: BaseDatabaseWrapper,
    same: Same | None = None,
) -> tuple[Unmade, ...]:
    """Return for each app what `makemigrations` would write, if it wrote anything.

    Operations on models that the router keeps out of this database are left out.

    Args:
        loader: With its graph built.
        leaf: The state after all migrations.
        connection: To the database in question.
        same: From `same_models` of that state, where that is known.
    """
    if loader.detect_conflicts():
        return ()  # `makemigrations` refuses, and what it would write is not known.
    states = narrowed(leaf, same or same_models(leaf))
    with translation.override(None):  # As `makemigrations` does.
        changes = detected(*states, loader)
        return tuple(_unmade(changes, _States(*states), connection))


def narrowed(leaf: ProjectState, same: Same) -> tuple[ProjectState, ProjectState]:
    """Return the state after all migrations and that of the live models.

    Models that are the same on both sides are left out, unless others refer to
    them: the autodetector takes a millisecond for each, and says nothing of them.
    """
    live = {
        label_of(model): model for model in live_apps.get_models(include_swapped=True)
    }
    before: dict[Label, ModelState] = {}
    after: dict[Label, ModelState] = {}
    waiting = [label for label in (*leaf.models, *live) if label not in same.models]
    while waiting:
        label = waiting.pop()
        found = []
        if label in leaf.models and label not in before:
            found.append(before.setdefault(label, leaf.models[label]))
        if label in live and label not in after:
            found.append(after.setdefault(label, ModelState.from_model(live[label])))
        waiting.extend(other for model in found for other in references_of(model))
    real = leaf.real_apps
    return ProjectState(before, real_apps=real), ProjectState(after)


def detected(
    before: ProjectState, after: ProjectState, loader: MigrationLoader
) -> dict[str, Any]:
    """Return the migrations that Django's autodetector would make, by app."""
    detector = MigrationAutodetector(before, after, MigrationQuestioner(dry_run=True))
    return detector.changes(graph=loader.graph)


class _States:
    """The models before and after the changes."""

    def __init__(self, before: ProjectState, after: ProjectState) -> None:
        self._before, self._after = before.models, after.models

    def touches_schema(self, operation: Operation, app: str) -> bool:
        """Return whether the operation changes a table."""
        if isinstance(operation, AlterModelOptions | AlterModelManagers):
            return False
        key = (app, _model(operation))
        states = [
            models[key] for models in (self._before, self._after) if key in models
        ]
        if states and all(not s.options.get("managed", True) for s in states):
            return False
        if isinstance(operation, AlterField) and len(states) == 2:
            before, after = (state.fields.get(operation.name) for state in states)
            return before is None or after is None or _stored(before) != _stored(after)
        return True


def _stored(field: Field[Any, Any]) -> tuple[Any, ...]:
    """Return what a field is made from, without what no database sees."""
    _, path, args, kwargs = field.deconstruct()
    seen = {k: v for k, v in kwargs.items() if k not in field.non_db_attrs}
    return (path, args, seen)


def _unmade(
    changes: dict[str, Any], states: _States, connection: BaseDatabaseWrapper
) -> Iterator[Unmade]:
    for app in sorted(changes):
        operations = [
            operation
            for migration in changes[app]
            for operation in migration.operations
            if router.allow_migrate(
                connection.alias, app, model_name=_model(operation) or None
            )
        ]
        if operations:
            yield Unmade(
                app,
                tuple(operation.describe() for operation in operations),
                any(states.touches_schema(each, app) for each in operations),
                is_package(app),
                all(map(_retypes_key, operations)),
            )


def _retypes_key(operation: Operation) -> bool:
    """Return whether it changes the key that Django gives a model without one."""
    return isinstance(operation, AlterField) and operation.field.auto_created


def _model(operation: Operation) -> str:
    """Return the lower-case name of the model that an operation is about."""
    named = ("model_name", "name", "new_name")
    found = (getattr(operation, attribute, None) for attribute in named)
    return next((str(name).lower() for name in found if name), "")


def is_package(app: str) -> bool:
    """Return whether an app is a package that others maintain."""
    path = f"{live_apps.get_app_config(app).path}/".replace("\\", "/")
    return any(place in path for place in _PACKAGES)
