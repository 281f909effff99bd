"""What a reader is to look at where nobody says what is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps as live_apps

from django_schemaguard.backends.base import Scope
from django_schemaguard.core.schema import Facet
from django_schemaguard.expected import from_apps

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.backends.base import Backend


def named_scope(connection: BaseDatabaseWrapper, backend: Backend) -> Scope:
    """Return the namespaces that models name, beside those of the search path."""
    traits = backend.traits(connection)
    if Facet.NAMESPACES not in traits.sees:
        return Scope()
    schema = from_apps(live_apps, connection, traits)
    return Scope(namespaces=frozenset(t.namespace for t in schema if t.namespace))
