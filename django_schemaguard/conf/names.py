"""Aliases and app labels that somebody asks for: each must exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, router

from django_schemaguard.core.nearest import did_you_mean
from django_schemaguard.exceptions import BadSettings, UnknownName

if TYPE_CHECKING:
    from collections.abc import Iterable


def known_aliases(names: Iterable[str]) -> tuple[str, ...]:
    """Return the aliases, each once; "default" where there is none.

    Raises:
        UnknownName: DATABASES has no such alias.
        BadSettings: DATABASE_ROUTERS, which say what belongs where, cannot be loaded.
    """
    _load_routers()
    aliases = tuple(dict.fromkeys(names))
    for alias in aliases:
        if alias not in connections:
            raise UnknownName(
                f"DATABASES has no alias '{alias}'.{did_you_mean(alias, connections)}"
            )
    return aliases or (DEFAULT_DB_ALIAS,)


def known_apps(labels: Iterable[str]) -> tuple[str, ...]:
    """Return the labels, each once.

    Raises:
        UnknownName: No installed app has such a label.
    """
    found = tuple(dict.fromkeys(labels))
    for label in found:
        if label not in apps.app_configs:
            raise UnknownName(
                f"No installed app has the label '{label}'."
                f"{did_you_mean(label, apps.app_configs)}"
            )
    return found


def _load_routers() -> None:
    try:
        list(router.routers)
    except ImportError as error:
        raise BadSettings(f"DATABASE_ROUTERS cannot be loaded: {error}.") from error
