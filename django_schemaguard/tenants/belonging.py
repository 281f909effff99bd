"""Which tables are a tenant's own, and which ones all tenants share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db import router

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import Model


def holds_all(connection: BaseDatabaseWrapper) -> bool:
    """Return whether all that migrations make for a schema stands in it.

    The router of django-tenants knows which apps are shared, and without any router
    Django makes each table in each schema. One of the project's own may keep tables
    off by what it is not told here.
    """
    return hasattr(connection, "set_schema") or not router.routers


def shared_tables(connection: BaseDatabaseWrapper) -> frozenset[str] | None:
    """Return the tables of models that a schema does not get; None where unclear.

    Args:
        connection: Stands for the schema.
    """
    if not holds_all(connection):
        return None
    return frozenset(
        _place(model)[1]
        for model in apps.get_models(include_auto_created=True)
        if not router.allow_migrate_model(connection.alias, model)
    )


def placed_tables() -> frozenset[str]:
    """Return the tables of models that name the schema that these are in."""
    places = map(_place, apps.get_models(include_auto_created=True))
    return frozenset(name for schema, name in places if schema)


def _place(model: type[Model]) -> tuple[str, str]:
    """Return the schema that a model names, or "", and its table."""
    schema, _, name = model._meta.db_table.rpartition('"."')  # noqa: SLF001
    return schema.strip('"'), name.strip('"')
