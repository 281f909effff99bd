"""As YugabyteDB's backend: a vendor of its own, and addresses kept as text."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base, features, introspection


class DatabaseFeatures(features.DatabaseFeatures):
    """Counts its versions otherwise than PostgreSQL."""

    minimum_database_version = (2, 14)


class DatabaseIntrospection(introspection.DatabaseIntrospection):
    """Indexes are of a method that only it has."""

    index_default_access_method = "lsm"

    def get_constraints(self, cursor: Any, table_name: str) -> dict[str, Any]:
        found = super().get_constraints(cursor, table_name)
        for it in found.values():
            if it.get("type") in {"btree", "idx"}:
                it["type"] = "lsm"
        return found


class DatabaseWrapper(base.DatabaseWrapper):
    vendor = "yugabyte"
    display_name = "YugabyteDB"
    data_types = base.DatabaseWrapper.data_types | {
        "IPAddressField": "varchar(15)",
        "GenericIPAddressField": "varchar(39)",
    }
    features_class = DatabaseFeatures
    introspection_class = DatabaseIntrospection

    def get_database_version(self) -> tuple[int, ...]:
        return (2, 20)
