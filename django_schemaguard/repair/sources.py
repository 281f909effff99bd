"""The models at the applied migrations, by the tables that they make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.backends import backend_for
from django_schemaguard.backends.repair import Source, Sources
from django_schemaguard.expected.from_apps import automatic
from django_schemaguard.expected.from_migrations import models_of
from django_schemaguard.history import read_history
from django_schemaguard.pipeline.sides import Sides

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations.state import ProjectState

    from django_schemaguard.core.schema import Schema
    from django_schemaguard.pipeline import Job


def sources(connection: BaseDatabaseWrapper, job: Job) -> Sources:
    """Return the model of each table that the applied migrations made.

    Raises:
        StateUnusable: The models cannot be built from the migrations.
    """
    traits = backend_for(connection).traits(connection)
    sides = Sides(connection, read_history(connection), traits, job.apps, ())
    return sources_of(sides.applied, sides.at_applied)


def sources_of(state: ProjectState, schema: Schema) -> Sources:
    """Return the model of each table of a schema.

    Args:
        state: The project.
        schema: What is expected of it.

    Raises:
        StateUnusable: The state refers to models that it does not have.
    """
    models = {
        each._meta.label: each  # noqa: SLF001
        for model in models_of(state)
        for each in (model, *automatic(model))
    }
    together = {
        f"{app}.{model.name}": model.options.get("index_together", ())
        for (app, _), model in state.models.items()
    }
    return Sources(
        {
            table.model: Source(
                models[table.model], table, sorted(together.get(table.model, ()))
            )
            for table in schema
            if table.model in models
        }
    )
