"""Which migrations `APP` and `MIGRATION` on the command line mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from django.apps import apps
from django.db.migrations.loader import AmbiguityError

from django_schemaguard.core.nearest import did_you_mean
from django_schemaguard.exceptions import UnknownName

if TYPE_CHECKING:
    from django.db.migrations.loader import MigrationLoader

# The name is None for "zero".
Target: TypeAlias = tuple[str, str | None]


def targets(
    loader: MigrationLoader, app: str | None, name: str | None, *, syncdb: bool = False
) -> list[Target]:
    """Return the targets of the executor, as `manage.py migrate` finds them.

    Args:
        loader: With its graph built.
        app: Label; None for all apps.
        name: Name or unique beginning of a migration, "zero", or None.
        syncdb: An app without migrations will do.

    Raises:
        UnknownName: There is no such app or migration, or several.
    """
    if app is None:
        return list(loader.graph.leaf_nodes())
    _check_app(loader, app, syncdb=syncdb)
    if name is None:
        return list(loader.graph.leaf_nodes(app))
    return [(app, None) if name == "zero" else _named(loader, app, name)]


def _check_app(loader: MigrationLoader, app: str, *, syncdb: bool) -> None:
    labels = [config.label for config in apps.get_app_configs()]
    if app not in labels:
        raise UnknownName(
            f"There is no app with the label '{app}'.{did_you_mean(app, labels)}"
        )
    if (app in loader.migrated_apps) is not syncdb:
        return
    if syncdb:
        raise UnknownName(f"App '{app}' has migrations; leave out --run-syncdb.")
    raise UnknownName(f"App '{app}' has no migrations.")


def _named(loader: MigrationLoader, app: str, name: str) -> Target:
    try:
        found = loader.get_migration_by_prefix(app, name)
    except AmbiguityError:
        raise UnknownName(
            f"Several migrations of app '{app}' begin with '{name}'.",
            "Give more of the name.",
        ) from None
    except KeyError:
        names = [each for label, each in loader.disk_migrations if label == app]
        raise UnknownName(
            f"App '{app}' has no migration '{name}'.{did_you_mean(name, names)}"
        ) from None
    target = (app, found.name)
    if target not in loader.graph.nodes and target in loader.replacements:
        # A partly applied squash is not in the graph; its last part is.
        last = loader.replacements[target].replaces[-1]
        return (last[0], last[1])
    return target
