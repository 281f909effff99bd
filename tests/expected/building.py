"""Expected tables of models that exist only in one test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.backends import backend_for
from django_schemaguard.expected import from_models

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import Model

    from django_schemaguard.core.schema import Column, Schema, Table


def schema_of(connection: BaseDatabaseWrapper, *models: type[Model]) -> Schema:
    """Return the schema that these models expect."""
    return from_models(models, connection, backend_for(connection).traits(connection))


def table_of(connection: BaseDatabaseWrapper, model: type[Model]) -> Table:
    """Return the one table that a model expects."""
    (table,) = schema_of(connection, model).tables
    return table


def column_of(connection: BaseDatabaseWrapper, model: type[Model], name: str) -> Column:
    """Return one column of a model's table."""
    column = table_of(connection, model).column(name)
    assert column is not None
    return column
