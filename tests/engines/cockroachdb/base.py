"""As CockroachDB's backend: a vendor of its own, other tables of the catalog."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.introspection import TableInfo
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.postgresql import base, features, introspection, schema
from django.db.models import ForeignKey


class DatabaseFeatures(features.DatabaseFeatures):
    """DDL is not undone with a transaction, and nothing can be deferred."""

    minimum_database_version = (23, 1)
    can_rollback_ddl = False
    can_defer_constraint_checks = False
    supports_deferrable_unique_constraints = False
    supports_comments = False
    indexes_foreign_keys = False


class DatabaseIntrospection(introspection.DatabaseIntrospection):
    """Lists tables by itself; indexes are of a method that only it has."""

    def get_table_list(self, cursor: Any) -> list[TableInfo]:
        cursor.execute(
            "SELECT table_name, table_type FROM information_schema.tables"
            " WHERE table_schema = current_schema()"
        )
        kinds = {"VIEW": "v"}
        return [TableInfo(name, kinds.get(k, "t")) for name, k in cursor.fetchall()]

    def get_constraints(self, cursor: Any, table_name: str) -> dict[str, Any]:
        found = super().get_constraints(cursor, table_name)
        for it in found.values():
            if it["index"]:
                it["type"] = "prefix"
                it["orders"] = it.get("orders") or []
        return found


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    """Knows no operator classes, no LIKE indexes, and none of foreign keys."""

    sql_create_index = (
        "CREATE INDEX %(name)s ON %(table)s%(using)s (%(columns)s)%(extra)s"
    )
    sql_delete_fk = "ALTER TABLE %(table)s DROP CONSTRAINT %(name)s"

    def _index_columns(
        self, table: str, columns: Any, col_suffixes: Any, opclasses: Any
    ) -> Any:
        return BaseDatabaseSchemaEditor._index_columns(
            self, table, columns, col_suffixes, opclasses
        )

    def _create_like_index_sql(self, *_: Any) -> None:
        return None

    def _field_should_be_indexed(self, model: Any, field: Any) -> bool:
        usual = super()._field_should_be_indexed(model, field)
        return bool(usual) and not isinstance(field, ForeignKey)


class DatabaseWrapper(base.DatabaseWrapper):
    vendor = "cockroachdb"
    display_name = "CockroachDB"
    features_class = DatabaseFeatures
    introspection_class = DatabaseIntrospection
    SchemaEditorClass = DatabaseSchemaEditor

    def get_database_version(self) -> tuple[int, ...]:
        return (24, 1, 3)

    def check_constraints(self, table_names: Any = None) -> None:
        """Do nothing: constraints are never switched off."""
