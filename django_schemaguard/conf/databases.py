"""Which databases a project has to guard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db import connections, router

if TYPE_CHECKING:
    from django_schemaguard.conf import Settings


def guarded_aliases(settings: Settings) -> tuple[str, ...]:
    """Return SCHEMAGUARD's DATABASES, else every alias that has models."""
    if settings.databases is not None:
        return settings.databases
    return tuple(
        alias
        for alias in connections
        if any(
            router.get_migratable_models(config, alias)
            for config in apps.get_app_configs()
        )
    )
