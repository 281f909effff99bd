"""How an object of one database is made in another, by what its catalog tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.repair.catalogued.base import Catalogued
from django_schemaguard.repair.catalogued.mysql import MySQLCatalogued
from django_schemaguard.repair.catalogued.postgresql import PostgreSQLCatalogued
from django_schemaguard.repair.catalogued.sqlite import SQLiteCatalogued

if TYPE_CHECKING:
    from django_schemaguard.backends.repair import Writer
    from django_schemaguard.core.schema import Table

__all__ = ["Catalogued", "catalogued"]

_BY_VENDOR: dict[str, type[Catalogued]] = {
    "postgresql": PostgreSQLCatalogued,
    "mysql": MySQLCatalogued,
    "sqlite": SQLiteCatalogued,
}


def catalogued(writer: Writer, table: Table) -> Catalogued:
    """Return what writes the SQL for a table as another database has it."""
    return _BY_VENDOR[writer.connection.vendor](writer, table)
