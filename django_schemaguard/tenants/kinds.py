"""Tenants of several types, as HAS_MULTI_TYPE_TENANTS of django-tenants makes them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from django_schemaguard.exceptions import UnknownName

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.backends.base.base import BaseDatabaseWrapper


def kinds_of(connection: BaseDatabaseWrapper) -> Mapping[str, str] | None:
    """Return the type of each tenant, by its schema; None where all are of one."""
    if not type(connection).__module__.startswith("django_tenants."):
        return None
    utils: Any = import_module("django_tenants.utils")
    if not utils.has_multi_type_tenants():
        return None
    field = utils.get_multi_type_database_field_name()
    tenants = utils.get_tenant_model().objects.using(connection.alias)
    rows = tenants.values_list("schema_name", field)
    return {name: kind for name, kind in rows if kind in utils.get_tenant_types()}


def enter_schema(
    connection: BaseDatabaseWrapper, schema: str, kinds: Mapping[str, str] | None
) -> None:
    """Tell the backend of django-tenants which schema is meant, and of what type.

    Raises:
        UnknownName: The types are several, and it has none of them.
    """
    wrapper: Any = connection
    if kinds is None:
        wrapper.set_schema(schema)
        return
    if schema not in kinds:
        raise UnknownName(
            f"Schema '{schema}' is no tenant of a type in TENANT_TYPES.",
            "Choose the schemas of tenants alone.",
        )
    wrapper.set_schema(schema, tenant_type=kinds[schema])


def parted(
    schemas: Iterable[str], kinds: Mapping[str, str] | None
) -> tuple[tuple[str, ...], ...]:
    """Return the schemas by their type."""
    found: dict[str, list[str]] = {}
    for name in schemas:
        found.setdefault((kinds or {}).get(name, ""), []).append(name)
    return tuple(map(tuple, found.values()))
