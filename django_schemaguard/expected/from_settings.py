"""Tables that no model makes, by what the settings say of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django_schemaguard.core.schema import (
    Column,
    Expression,
    Facet,
    Schema,
    Table,
    Traits,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django_schemaguard.core.rules import DeclaredColumn, DeclaredTable

CACHE_BACKEND = "django.core.cache.backends.db.DatabaseCache"


def declared_table(declared: DeclaredTable, traits: Traits) -> Table:
    """Return a declared table; other columns than these are not extra in it.

    On PostgreSQL its name may be "namespace.table".
    """
    namespace: str | None = None
    name = declared.name
    if traits.vendor == "postgresql" and "." in name:
        namespace, _, name = name.rpartition(".")
    return Table(
        name=name,
        namespace=namespace,
        columns=tuple(map(_column, declared.columns)),
        required=declared.required,
        partial=True,
    )


def _column(declared: DeclaredColumn) -> Column:
    told = {
        Facet.TYPES: declared.type,
        Facet.NULLS: declared.nullable,
        Facet.DEFAULTS: declared.has_default,
    }
    return Column(
        name=declared.name,
        type=declared.type or "",
        nullable=declared.nullable is not False,
        default=Expression("") if declared.has_default else None,
        stated=frozenset(facet for facet, fact in told.items() if fact is not None),
    )


def with_declared(schema: Schema, declared: Iterable[DeclaredTable]) -> Schema:
    """Return the schema with the declared tables in it.

    A table that a model makes stays as the model says; only `required` is taken
    over.
    """
    tables = {_address(table, schema.traits): table for table in schema}
    for each in declared:
        table = declared_table(each, schema.traits)
        address = _address(table, schema.traits)
        made = tables.get(address)
        tables[address] = replace(made, required=table.required) if made else table
    ordered = sorted(tables.values(), key=lambda it: (it.namespace or "", it.name))
    return replace(schema, tables=tuple(ordered))


def _address(table: Table, traits: Traits) -> tuple[str | None, str]:
    return table.namespace, traits.table_key(table.name)


def cache_tables(caches: Mapping[str, Mapping[str, Any]]) -> frozenset[str]:
    """Return the tables of database caches, from Django's CACHES setting."""
    return frozenset(
        str(cache["LOCATION"])
        for cache in caches.values()
        if cache.get("BACKEND") == CACHE_BACKEND and cache.get("LOCATION")
    )
