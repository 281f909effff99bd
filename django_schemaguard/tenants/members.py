"""A schema that is worked on as if it were a database of its own."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connections

from django_schemaguard.backends.connect import connect
from django_schemaguard.backends.home import Home, settle_in
from django_schemaguard.backends.postgresql.words import quoted
from django_schemaguard.exceptions import NotPermitted
from django_schemaguard.executor.lock import lock_for
from django_schemaguard.tenants.belonging import shared_tables
from django_schemaguard.tenants.kinds import enter_schema
from django_schemaguard.tenants.switching import require_schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.backends.base.base import BaseDatabaseWrapper

_OWN = """
SELECT rel.relname FROM pg_catalog.pg_class rel
  JOIN pg_catalog.pg_namespace ns ON ns.oid = rel.relnamespace
 WHERE ns.nspname = current_schema()
"""


@dataclass(frozen=True, slots=True)
class Family:
    """What the schemas that were chosen have in common.

    Attributes:
        path: The search path that the alias has by itself.
        tables: Names of all tables that any of them has.
        kinds: The type of each tenant, by its schema; None where all are of one.
    """

    path: str = ""
    tables: frozenset[str] = frozenset()
    kinds: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A database, or one schema of it.

    Attributes:
        schema: "" where the whole database is meant.
    """

    alias: str
    schema: str = ""
    family: Family = Family()

    @property
    def name(self) -> str:
        """What tells it from the other members."""
        return self.schema or self.alias

    @property
    def words(self) -> str:
        """It for people, such as "schema 'tenant_1'"."""
        return f"{'schema' if self.schema else 'database'} '{self.name}'"


@contextmanager
def entered(member: Member, seconds: float) -> Iterator[BaseDatabaseWrapper]:
    """Let the alias stand for the member inside the block, in this thread.

    A schema gets a session of its own, which has it first on its search path from the
    start: whatever reconnects has it, too, and nothing is left in a pool.

    Args:
        seconds: Longest wait for the server.

    Raises:
        SchemaGone: There is no such schema any more.
        NotPermitted: The role may not use it.
        DatabaseUnreachable: The server refused or did not answer in time.
    """
    whole = connections[member.alias]
    if not member.schema:
        yield whole
        return
    inside = _inside(whole, member)
    connections[member.alias] = inside
    _forget()
    try:
        tables, shared = member.family.tables, shared_tables(inside)
        settle_in(inside, Home(member.schema, tables, shared))
        connect(inside, seconds)
        require_schema(inside, member.schema)
        yield inside
    finally:
        inside.close()
        connections[member.alias] = whole
        _forget()


def refuse_pooler(connection: BaseDatabaseWrapper) -> None:
    """Refuse a connection on which no search path lasts.

    Raises:
        NotPermitted: A pooler in transaction mode stands between.
    """
    if lock_for(connection).pooled:
        raise NotPermitted(
            f"A pooler stands between us and database '{connection.alias}', which keeps"
            " no search path.",
            "Give the alias a direct connection to the server.",
        )


def _inside(whole: BaseDatabaseWrapper, member: Member) -> BaseDatabaseWrapper:
    inside: Any = whole.copy()
    options = inside.settings_dict["OPTIONS"]
    options.pop("pool", None)
    if hasattr(inside, "set_schema"):  # As the backend of django-tenants.
        enter_schema(inside, member.schema, member.family.kinds)
    else:
        path = ", ".join(filter(None, (quoted(member.schema), member.family.path)))
        before = options.get("options") or os.environ.get("PGOPTIONS", "")
        setting = re.sub(r"([\\\s])", r"\\\1", f"search_path={path}")
        options["options"] = f"{before} -c {setting}".strip()
        inside.introspection = _introspection(inside)
    return inside  # type: ignore[no-any-return]


def _introspection(connection: Any) -> Any:
    """Return one that lists the schema's own tables alone.

    Else Django would take the record of migrations in `public` for the schema's.
    """

    class Own(type(connection.introspection)):  # type: ignore[misc]
        def get_table_list(self, cursor: Any) -> list[Any]:
            cursor.execute(_OWN)
            own = {name for (name,) in cursor.fetchall()}
            return [it for it in super().get_table_list(cursor) if it.name in own]

    return Own(connection)


def _forget() -> None:
    """Drop the content types in memory: each schema numbers its own."""
    if apps.is_installed("django.contrib.contenttypes"):
        from django.contrib.contenttypes.models import ContentType

        clear: Callable[[], None] = ContentType.objects.clear_cache
        clear()
