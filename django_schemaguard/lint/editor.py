"""A schema editor that notes what it would do, and does nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django_schemaguard.exceptions import SchemaguardError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper

# The oldest servers that Django 6.1 takes.
_ASSUMED_POSTGRESQL = 150_000
_ASSUMED_MARIADB = {
    "version": "10.11.0-MariaDB",
    "sql_mode": "STRICT_TRANS_TABLES",
    "default_storage_engine": "InnoDB",
    "sql_auto_is_null": False,
    "lower_case_table_names": 0,
    "has_zoneinfo_database": True,
}


class NoDatabase(SchemaguardError):
    """A database would be needed, and none may be used."""


def offline(connection: BaseDatabaseWrapper, *, live: bool) -> BaseDatabaseWrapper:
    """Return a copy of the connection that never connects.

    Args:
        connection: The wrapper itself.
        live: The server may be asked for its version; otherwise what Django asks it
            about itself is answered as the oldest supported one would.
    """
    given: Any = connection
    copy: Any = given.copy()

    def refuse(*_: object, **__: object) -> None:
        raise NoDatabase("it needs a database")

    copy.connect = copy.ensure_connection = copy.get_new_connection = refuse
    if copy.vendor == "postgresql":
        known = given.pg_version if live else _ASSUMED_POSTGRESQL
        copy.__dict__["pg_version"] = known
    elif copy.vendor == "mysql":
        told = given.mysql_server_data if live else _ASSUMED_MARIADB
        copy.__dict__["mysql_server_data"] = told
    copy.features.__dict__["supports_json_field"] = True
    return copy  # type: ignore[no-any-return]


def fills(field: Any, given: Any) -> bool:
    """Return whether Django has a value for rows that are there; calls nothing.

    Args:
        field: Of the rendered model.
        given: Of the operation, which may have a default for this once.
    """
    if field.generated or field.has_db_default():
        return False
    if given.has_default():
        return callable(given.default) or given.default is not None
    if not field.null and field.blank and field.empty_strings_allowed:
        return True
    return any(getattr(field, auto, False) for auto in ("auto_now", "auto_now_add"))


class Recording:
    """Mixed into a vendor's schema editor.

    Attributes:
        recorded: The statements, parameters left out.
        remade: Names of the tables that would be copied into new ones.
    """

    recorded: list[str]
    remade: list[str]

    def execute(self, sql: Any, params: Any = ()) -> None:  # noqa: ARG002
        """Note a statement."""
        self.recorded.append(str(sql))

    def quote_value(self, value: Any) -> Any:
        """Return a value as SQL, or a stand-in where the driver needs a server."""
        base: Any = super()
        connection: Any = self.connection  # type: ignore[attr-defined]
        if connection.vendor == "mysql" and connection.connection is None:
            return "'?'"
        return base.quote_value(value)

    def effective_default(self, field: Any) -> str | None:
        """Return a stand-in, since working it out runs the project's code."""
        return "?" if fills(field, field) else None

    def _remake_table(self, model: Any, *args: object, **options: object) -> None:  # noqa: ARG002
        self.remade.append(model._meta.db_table)  # noqa: SLF001

    def _constraint_names(self, *args: object, **options: object) -> list[str]:  # noqa: ARG002
        return ["?"]  # They are the server's to know; Django counts on one.

    def _get_sequence_name(self, *args: object) -> None:  # noqa: ARG002
        return None

    def _delete_composed_index(self, model: Any, *args: object) -> None:  # noqa: ARG002
        table = model._meta.db_table  # noqa: SLF001
        self.recorded.append(f'ALTER TABLE "{table}" DROP CONSTRAINT "?"')

    def _is_collation_deterministic(self, *args: object) -> bool:  # noqa: ARG002
        return True


def recorder(connection: BaseDatabaseWrapper) -> Any:
    """Return a schema editor of the connection's vendor that only records.

    Args:
        connection: From `offline`.
    """
    base: Any = connection.SchemaEditorClass
    kind = type("Recorder", (Recording, base), {})
    editor = kind(connection, collect_sql=True)
    editor.recorded, editor.remade, editor.deferred_sql = [], [], []
    return editor


def recorded(editor: Any) -> Sequence[str]:
    """Return all that was noted, what is deferred to the end last."""
    return (*editor.recorded, *map(str, editor.deferred_sql))
