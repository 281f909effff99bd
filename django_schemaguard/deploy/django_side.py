"""What `manage.py migrate` does around the executor: signals, and apps unmigrated."""

from __future__ import annotations

import io
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.management.commands.migrate import Command
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db.migrations.state import ModelState
from django.utils.module_loading import module_has_submodule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations import Migration
    from django.db.migrations.state import ProjectState

    from django_schemaguard.deploy.request import Request

Steps = list[tuple["Migration", bool]]


def connect_receivers() -> None:
    """Import each app's `management`, where receivers of the signals are."""
    for config in apps.get_app_configs():
        if config.module is not None and module_has_submodule(
            config.module, "management"
        ):
            import_module(".management", config.name)


def announce(request: Request, state: ProjectState, steps: Steps) -> None:
    """Send pre_migrate, with the models as they are before the run."""
    emit_pre_migrate_signal(
        request.verbosity,
        request.interactive,
        request.alias,
        stdout=io.StringIO(),
        apps=state.apps,
        plan=steps,
    )


def conclude(request: Request, state: ProjectState, steps: Steps) -> None:
    """Send post_migrate, with the models as the run leaves them."""
    state.clear_delayed_apps_cache()
    registry: Any = state.apps
    # Models of apps without migrations get their relations to the others now.
    with registry.bulk_update():
        keys = [(it.app_label, it.name_lower) for it in registry.real_models]
        for key in keys:
            registry.unregister_model(*key)
    registry.render_multiple(
        [ModelState.from_model(apps.get_model(*key)) for key in keys]
    )
    emit_post_migrate_signal(
        request.verbosity,
        request.interactive,
        request.alias,
        stdout=io.StringIO(),
        apps=registry,
        plan=steps,
    )


def sync(connection: BaseDatabaseWrapper, labels: Iterable[str]) -> None:
    """Make the missing tables of apps without migrations."""
    command = Command(stdout=io.StringIO(), stderr=io.StringIO(), no_color=True)
    command.verbosity = 0
    command.sync_apps(connection, list(labels))
