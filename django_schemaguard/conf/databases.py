"""Which databases a project has to guard."""

from __future__ import annotations

from django.apps import apps
from django.db import connections, router

from . import Settings


def guarded_aliases(settings: Settings) -> tuple[str, ...]:
    """Return SCHEMAGUARD's DATABASES, else every alias that has models."""
    if settings.databases is not None:
        return settings.databases
    models = [
        model
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy and not model._meta.swapped
    ]
    return tuple(
        alias
        for alias in connections
        if any(router.allow_migrate_model(alias, model) for model in models)
    )
