"""What Django knows of one server without asking it about any table."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django_schemaguard.core.schema import TableRef
from django_schemaguard.expected.parameters import ParametersOf

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import Model

    from django_schemaguard.core.schema import Expression

_POSTGRESQL_NAME_BYTES = 63


class Server:
    """A connection's features and naming, and a schema editor that never runs.

    The editor is never entered, so it neither opens a transaction nor executes
    anything; it names, quotes and compiles.
    """

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        self.vendor = connection.vendor
        self.postgresql = connection.vendor == "postgresql"
        self.sqlite = connection.vendor == "sqlite"
        self.mysql = connection.vendor == "mysql"
        self.features: Any = connection.features
        self._quote = "`" if self.mysql else '"'
        self.parameters = ParametersOf(self)
        self.conditions: dict[Hashable, Expression] = {}
        self._names: dict[str, str] = {}
        self._sent_values: dict[tuple[type, Hashable], str] = {}

    @cached_property
    def editor(self) -> Any:
        """The schema editor; connects first, since drivers quote by connection."""
        self.connection.ensure_connection()
        editor = self.connection.schema_editor(collect_sql=True)
        editor.deferred_sql = []
        return editor

    @cached_property
    def mariadb(self) -> bool:
        """Whether the server is MariaDB, not MySQL."""
        return self.mysql and bool(getattr(self.connection, "mysql_is_mariadb", False))

    @cached_property
    def innodb(self) -> bool:
        """Whether new tables get MySQL's InnoDB engine."""
        return self.mysql and self.features._mysql_storage_engine == "InnoDB"  # noqa: SLF001

    def fill(self, sql: str, params: Any) -> str:
        """Return SQL with its parameters in place, and `%%` as `%`."""
        return sql % tuple(self.editor.quote_value(param) for param in params)

    def sent(self, value: Any) -> str:
        """Return a parameter as the driver would put it into a statement."""
        if not isinstance(value, Hashable):
            return self._sent(value)
        key = (type(value), value)
        found = self._sent_values.get(key)
        if found is None:
            found = self._sent_values[key] = self._sent(value)
        return found

    def _sent(self, value: Any) -> str:
        if self.postgresql:  # psycopg2 quotes some values only by a cursor.
            ops: Any = self.connection.ops
            return str(ops.compose_sql("%s", (value,)))
        quoted = self.editor.quote_value(value)
        if isinstance(quoted, bytes):  # mysqlclient says b"1" for True.
            return quoted.decode(errors="backslashreplace")
        return str(quoted)

    def name(self, name: str) -> str:
        """Return an identifier unquoted, as long as the server keeps it."""
        found = self._names.get(name)
        if found is None:
            found = self._names[name] = self._kept(name)
        return found

    def _kept(self, name: str) -> str:
        quote = self._quote
        if len(name) > 1 and name.startswith(quote) and name.endswith(quote):
            name = name[1:-1].replace(quote * 2, quote)
        short = len(name) <= _POSTGRESQL_NAME_BYTES and name.isascii()
        if not self.postgresql or short:
            return name
        # PostgreSQL cuts silently, and never through a character.
        return name.encode()[:_POSTGRESQL_NAME_BYTES].decode(errors="ignore")

    def column(self, field: Any) -> str:
        """Return the name of a field's column."""
        return self.name(field.column)

    def table(self, model: type[Model]) -> TableRef:
        """Return the address of a model's table.

        A `db_table` such as `schema"."table` names a namespace, too.
        """
        quote = self._quote
        text = model._meta.db_table  # noqa: SLF001
        namespace, dot, name = text.partition(f"{quote}.{quote}")
        label = model._meta.label  # noqa: SLF001
        if not dot:
            return TableRef(None, self.name(text), label)
        return TableRef(
            self.name(namespace.strip(quote)), self.name(name.strip(quote)), label
        )

    def generated_name(self, model: type[Model], columns: list[str], end: str) -> str:
        """Return the name that Django gives to an object nobody named."""
        table = model._meta.db_table  # noqa: SLF001
        name: str = self.editor._create_index_name(table, columns, end)  # noqa: SLF001
        return self.name(name)
